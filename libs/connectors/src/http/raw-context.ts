import type { TemplateContext } from '@leadline/language'

/** How values are escaped in a raw body of this content type. */
export function rawContext(contentType: string | undefined): TemplateContext {
  const type = contentType?.toLowerCase() ?? ''
  if (type.includes('json')) return 'json'
  if (type.includes('xml')) return 'xml'
  if (type.includes('csv')) return 'csv'
  return type.includes('x-www-form-urlencoded') ? 'form' : 'text'
}
