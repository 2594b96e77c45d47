import type { Json } from '@leadline/domain'
import { compileTemplate } from '@leadline/language'
import { z } from 'zod'
import { criteriaSettings } from '../kit/criteria.ts'
import { report, templateFor } from '../kit/setting-types.ts'
import { rawContext } from './raw-context.ts'

const scalar = z.union([templateFor('text'), z.number(), z.boolean(), z.null()])
const structure: z.ZodType<Json> = z.lazy(() => z.union([scalar, z.array(structure), z.record(z.string(), structure)]))

const body = z
  .strictObject({
    json: structure.optional(),
    form: z.record(z.string(), structure).optional(),
    xml: templateFor('xml').optional(),
    raw: z.string().optional(),
    contentType: z.string().min(1).optional(),
  })
  .superRefine((value, context) => {
    const kinds = (['json', 'form', 'xml', 'raw'] as const).filter((kind) => value[kind] !== undefined)
    if (kinds.length !== 1) context.addIssue({ code: 'custom', message: 'needs exactly one of json, form, xml, raw' })
    const { raw, contentType } = value
    if (raw === undefined) return
    if (contentType === undefined)
      context.addIssue({ code: 'custom', path: ['contentType'], message: 'a raw body needs its contentType' })
    report(context, () => compileTemplate(raw, rawContext(contentType)))
  })

// Set by the transport, or by us on every call; a second value would change what the other side understands.
const reserved =
  /^(content-length|host|transfer-encoding|connection|keep-alive|upgrade|te|trailer|expect|proxy-.*|idempotency-key|traceparent)$/i
const headerName = z
  .string()
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'is not a header name')
  .refine((name) => !reserved.test(name), 'is set by Leadline and cannot be configured')

const url = templateFor('url').superRefine((text, context) => {
  const bare = text.replaceAll(/\{\{.*?\}\}/g, 'x')
  const parsed = URL.parse(bare)
  if (parsed === null || !/^https?:$/.test(parsed.protocol))
    context.addIssue({ code: 'custom', message: 'must be an http or https URL' })
  else if (parsed.username !== '' || parsed.password !== '')
    context.addIssue({ code: 'custom', message: 'must not carry credentials' })
})

/** What a step of the http connector writes under `with`. */
export const httpSettings = z
  .strictObject({
    method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']).default('POST'),
    url,
    headers: z.record(headerName, templateFor('header')).optional(),
    query: z.record(z.string(), structure).optional(),
    body: body.optional(),
    ...criteriaSettings,
  })
  .superRefine(({ method, body: sent }, context) => {
    if (sent === undefined || (method !== 'GET' && method !== 'HEAD')) return
    context.addIssue({ code: 'custom', path: ['body'], message: `a ${method} request has no body` })
  })

export type HttpSettings = z.infer<typeof httpSettings>
