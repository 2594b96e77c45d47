import { formatForm, stringifyJson } from '@leadline/formats'
import type { HttpRequest } from '@leadline/http'
import { compileTemplate, type View } from '@leadline/language'
import { rawContext } from './raw-context.ts'
import type { HttpSettings } from './settings.ts'
import { compileObject, compileStructure } from './structure.ts'

/** A function from a lead's view to the request; everything that does not depend on the lead is done here, once. */
export function compileRequest(settings: HttpSettings): (view: View) => HttpRequest {
  const url = compileUrl(settings)
  const headers = compileHeaders(settings)
  const body = compileBody(settings.body)
  const { method } = settings
  return (view) => ({ method, url: url(view), headers: headers(view), body: body === null ? null : body.text(view) })
}

/** Host and port that the requests go to: a URL's host never comes from a lead. */
export function destinationOf(settings: HttpSettings): string {
  const url = URL.parse(settings.url.replaceAll(/\{\{.*?\}\}/g, 'x'))
  if (url === null) return settings.url
  return url.port === '' ? `${url.hostname}:${url.protocol === 'https:' ? 443 : 80}` : url.host
}

function compileUrl({ url: source, query }: HttpSettings): (view: View) => string {
  const url = compileTemplate(source, 'url')
  if (query === undefined) return url.text
  const parameters = compileObject(query)
  const separator = source.includes('?') ? '&' : '?'
  return (view) => {
    const search = formatForm(parameters(view))
    return search === '' ? url.text(view) : `${url.text(view)}${separator}${search}`
  }
}

function compileHeaders({ headers = {}, body }: HttpSettings): (view: View) => Record<string, string> {
  const templates = Object.entries(headers).map(([name, text]) => ({ name, template: compileTemplate(text, 'header') }))
  const named = new Set(templates.map(({ name }) => name.toLowerCase()))
  const fixed: Record<string, string> = {}
  if (!named.has('user-agent')) fixed['User-Agent'] = 'leadline'
  const contentType = contentTypeOf(body)
  if (contentType !== null && !named.has('content-type')) fixed['Content-Type'] = contentType
  return (view) => {
    const out = { ...fixed }
    for (const { name, template } of templates) {
      const value = template.text(view)
      if (value !== '') out[name] = value
    }
    return out
  }
}

function contentTypeOf(body: HttpSettings['body']): string | null {
  if (body === undefined) return null
  if (body.contentType !== undefined) return body.contentType
  if (body.form !== undefined) return 'application/x-www-form-urlencoded'
  return body.xml === undefined ? 'application/json' : 'application/xml; charset=utf-8'
}

function compileBody(body: HttpSettings['body']): { readonly text: (view: View) => string } | null {
  if (body === undefined) return null
  const { json, form, xml, raw, contentType } = body
  if (form !== undefined) {
    const fields = compileObject(form)
    return { text: (view) => formatForm(fields(view)) }
  }
  if (xml !== undefined) return compileTemplate(xml, 'xml')
  if (raw !== undefined) return compileTemplate(raw, rawContext(contentType))
  const value = compileStructure(json ?? null)
  return { text: (view) => stringifyJson(value(view) ?? null) }
}
