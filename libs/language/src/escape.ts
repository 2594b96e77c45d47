import { csvCell, escapeXml } from '@leadline/formats'
import { percentEncode } from './percent-encode.ts'
import type { Place } from './place.ts'
import { toPlain } from './plain.ts'
import { textOf } from './text-of.ts'
import type { Value } from './typed-value.ts'
import { UnfitValue } from './unfit-value.ts'

export type Escaper = (value: Value | undefined) => string

/** How values are written at a place. The escaper throws `UnfitValue` for what no escaping makes safe. */
export function escaperFor(place: Place, expression: string): Escaper {
  switch (place) {
    case 'json-value':
      return (value) => JSON.stringify(toPlain(value) ?? null)
    case 'json-string':
      return (value) => JSON.stringify(textOf(value)).slice(1, -1)
    case 'url-path':
      return (value) => pathSegment(textOf(value), expression)
    case 'url-query':
    case 'form':
      return (value) => percentEncode(textOf(value))
    case 'xml-text':
    case 'xml-attribute':
      // Attribute escaping is a superset of what text needs.
      return (value) => xmlText(textOf(value))
    case 'xml-cdata':
      return (value) => cdataText(textOf(value))
    case 'csv-cell':
      return (value) => csvCell(textOf(value), ',')
    case 'csv-quoted':
      return (value) => textOf(value).replaceAll('"', '""')
    case 'header':
      return (value) => headerText(textOf(value), expression)
    case 'text':
      return textOf
  }
}

// Nearly every value is plain, and to see that is a lot cheaper than to escape it.
const plainXml = /^[\w\p{L}\p{N} .,;:@/()#?!%*+=$-]*$/u

function xmlText(text: string): string {
  return plainXml.test(text) ? text : escapeXml(text, 'attribute')
}

function pathSegment(text: string, expression: string): string {
  // URL parsers resolve "." and ".." even when percent-encoded, so a value of dots could climb out of its place.
  if (/^\.{1,2}$/.test(text)) throw new UnfitValue(expression, 'a value of only dots cannot stand in a URL path')
  return percentEncode(text)
}

// Field values are visible ASCII, blanks and tabs (RFC 9110 §5.5). CR, LF and NUL are refused, never dropped.
const forbiddenInHeaders = /[^\t\x20-\x7e]/

function headerText(text: string, expression: string): string {
  if (forbiddenInHeaders.test(text)) {
    throw new UnfitValue(expression, 'line breaks, control characters and characters beyond ASCII cannot stand in a header')
  }
  return text
}

// What cannot stand in CDATA as it is: its end, and characters that XML cannot carry.
const unfitForCdata = /\]\]>|[\p{Cc}\p{Cs}\ufffe\uffff]/u

function cdataText(text: string): string {
  return unfitForCdata.test(text) ? `]]>${escapeXml(text, 'text')}<![CDATA[` : text
}
