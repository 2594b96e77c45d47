import { z } from 'zod'
import { checkCriteria, criteriaSettings } from '../kit/criteria-settings.ts'
import { templateFor } from '../kit/setting-types.ts'
import { bodySettings } from './body/body-settings.ts'
import { structure } from './structure.ts'

// Set by the transport, or by us on every call; a second value would change what the other side understands.
const reserved =
  /^(content-length|host|transfer-encoding|connection|keep-alive|upgrade|te|trailer|expect|proxy-.*|idempotency-key|traceparent)$/i
const headerName = z
  .string()
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'is not a header name')
  .superRefine((name, context) => {
    if (!reserved.test(name)) return
    context.addIssue({ code: 'custom', message: `${properCase(name)} header is not allowed` })
  })

/** `content-length` as people write it: Content-Length. */
function properCase(name: string): string {
  return name.toLowerCase().replace(/\b[a-z]/g, (letter) => letter.toUpperCase())
}

const url = templateFor('url', 'URL is required').superRefine((text, context) => {
  const bare = withoutTemplates(text)
  const parsed = URL.parse(bare)
  if (parsed === null || !/^https?:$/.test(parsed.protocol))
    context.addIssue({ code: 'custom', message: text.trim() === '' ? 'URL is required' : 'must be an http or https URL' })
  else if (parsed.username !== '' || parsed.password !== '')
    context.addIssue({ code: 'custom', message: 'must not carry credentials' })
})

/** A URL in whose templates something stands. */
export function withoutTemplates(text: string): string {
  return text.replaceAll(/\{\{.*?\}\}/g, 'x')
}

const bodyMethods = ['POST', 'PUT', 'DELETE', 'PATCH']

/** What a step of the http connector writes under `with`. */
export const httpSettings = z
  .strictObject({
    method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']).default('POST'),
    url,
    headers: z.record(headerName, templateFor('header')).optional(),
    /** HTTP Basic credentials; they are encoded here. */
    basic: z.strictObject({ username: templateFor('text'), password: templateFor('text') }).optional(),
    query: z.record(z.string(), structure).optional(),
    body: bodySettings.optional(),
    /** Redirects of GET and HEAD are followed unless told, of other methods never. */
    followRedirects: z.boolean().optional(),
    ...criteriaSettings,
  })
  .superRefine((settings, context) => {
    const { method, body, headers = {}, basic, followRedirects } = settings
    if (body !== undefined && !bodyMethods.includes(method)) {
      const message = `Unsupported HTTP method - use ${bodyMethods.join(', ')}`
      context.addIssue({ code: 'custom', path: ['method'], message })
    }
    if (basic !== undefined && Object.keys(headers).some((name) => name.toLowerCase() === 'authorization'))
      context.addIssue({ code: 'custom', path: ['basic'], message: 'the Authorization header is set already' })
    if (followRedirects === true && method !== 'GET' && method !== 'HEAD')
      context.addIssue({ code: 'custom', path: ['followRedirects'], message: `a redirect of ${method} is never followed` })
    checkCriteria(settings, context)
  })

export type HttpSettings = z.infer<typeof httpSettings>
