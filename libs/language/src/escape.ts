import { type Json, LeadlineError } from '@leadline/domain'
import { escapeXml } from '@leadline/formats'
import type { Place } from './place.ts'
import { textOf } from './text-of.ts'

/** A lead's value that cannot stand where the template puts it; the lead is at fault, not the flow. */
export class UnfitValue extends LeadlineError {
  override readonly name = 'UnfitValue'
  constructor(expression: string, why: string) {
    super('INVALID_VALUE', `{{${expression}}}: ${why}`, { fields: { expression } })
  }
}

export type Escaper = (value: Json | undefined) => string

/** How values are written at a place. The escaper throws `UnfitValue` for what no escaping makes safe. */
export function escaperFor(place: Exclude<Place, 'url-origin'>, expression: string): Escaper {
  switch (place) {
    case 'json-value':
      return (value) => (value === undefined ? 'null' : JSON.stringify(value))
    case 'json-string':
      return (value) => JSON.stringify(textOf(value)).slice(1, -1)
    case 'url-path':
      return (value) => pathSegment(textOf(value), expression)
    case 'url-query':
    case 'form':
      return (value) => percentEncode(textOf(value))
    case 'xml':
      // Attribute escaping is a superset of what text needs.
      return (value) => escapeXml(textOf(value), 'attribute')
    case 'xml-cdata':
      return (value) => cdataText(textOf(value))
    case 'header':
      return (value) => headerText(textOf(value), expression)
    case 'text':
      return textOf
  }
}

/** Percent-encoded UTF-8 of everything but unreserved characters (RFC 3986 §2.3); a lone surrogate becomes U+FFFD. */
export function percentEncode(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
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
