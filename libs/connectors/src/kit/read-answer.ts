import type { Appended, Json } from '@leadline/domain'
import { isJsonObject } from '@leadline/domain'
import { parseJson, parseXmlToJson } from '@leadline/formats'

/** The structure of a body: JSON or XML by its content type or, when that is silent or wrong, by its looks. Undefined: plain text. */
export function readBody(text: string, contentType: string | undefined): Json | undefined {
  const type = contentType?.toLowerCase() ?? ''
  const first = text.trimStart()[0]
  if (first === undefined) return undefined
  if (first === '<')
    return type.includes('html') || /^\s*<(!doctype\s+)?html/i.test(text) ? undefined : attempt(() => parseXmlToJson(text))
  if (type.includes('json') || first === '{' || first === '[') return attempt(() => parseJson(text))
  return undefined
}

/** What a body adds to its lead: an object as it is, a list under `array`, text nothing. */
export function appendedOf(body: Json | undefined): Appended {
  if (isJsonObject(body)) return body
  return Array.isArray(body) ? { array: body } : {}
}

function attempt(parse: () => Json): Json | undefined {
  try {
    return parse()
  } catch {
    // A label that lies is no error by itself; what the step needs of the body decides.
    return undefined
  }
}
