import { formatForm } from '@leadline/formats'
import type { HttpRequest } from '@leadline/http'
import { compileTemplate, type View } from '@leadline/language'
import { compileBody } from './body/body-settings.ts'
import type { WrittenBody } from './body/written-body.ts'
import { type HttpSettings, withoutTemplates } from './settings.ts'
import { compileFields } from './structure.ts'

/** A function from a lead's view to the request; everything that does not depend on the lead is done here, once. */
export function compileRequest(settings: HttpSettings): (view: View) => HttpRequest {
  const url = compileUrl(settings)
  const headers = compileHeaders(settings)
  const write = settings.body === undefined ? undefined : compileBody(settings.body)
  const { method } = settings
  return (view) => {
    const body = write?.(view)
    return { method, url: url(view), headers: headers(view, body), body: body?.content ?? null }
  }
}

/** Host and port that the requests go to: a URL's host never comes from a lead. */
export function destinationOf(settings: HttpSettings): string {
  const url = URL.parse(withoutTemplates(settings.url))
  if (url === null) return settings.url
  return url.port === '' ? `${url.hostname}:${url.protocol === 'https:' ? 443 : 80}` : url.host
}

function compileUrl({ url: source, query }: HttpSettings): (view: View) => string {
  const [address = '', fragment] = source.split('#', 2)
  const url = compileTemplate(fragment === undefined ? source : address, 'url')
  if (query === undefined) return url.text
  const parameters = compileFields(query)
  const separator = !source.includes('?') ? '?' : /[?&]$/.test(address) ? '' : '&'
  return (view) => {
    const search = formatForm(parameters(view))
    return search === '' ? url.text(view) : `${url.text(view)}${separator}${search}`
  }
}

function compileHeaders(settings: HttpSettings): (view: View, body: WrittenBody | undefined) => Record<string, string> {
  const { headers = {} } = settings
  const templates = Object.entries(headers).map(([name, text]) => ({ name, template: compileTemplate(text, 'header') }))
  const named = new Set(templates.map(({ name }) => name.toLowerCase()))
  const fixed: Record<string, string> = named.has('user-agent') ? {} : { 'User-Agent': 'leadline' }
  const ownType = named.has('content-type')
  const authorization = compileBasic(settings)
  return (view, body) => {
    const out = { ...fixed, ...body?.headers }
    if (body !== undefined && !ownType) out['Content-Type'] = body.contentType
    if (authorization !== undefined) out['Authorization'] = authorization(view)
    for (const { name, template } of templates) {
      const value = template.text(view)
      if (value !== '') out[name] = value
    }
    return out
  }
}

function compileBasic({ basic }: HttpSettings): ((view: View) => string) | undefined {
  if (basic === undefined) return undefined
  const [username, password] = [compileTemplate(basic.username, 'text'), compileTemplate(basic.password, 'text')]
  return (view) => `Basic ${Buffer.from(`${username.text(view)}:${password.text(view)}`).toString('base64')}`
}
