import { isJsonObject, type Json, type JsonObject } from '@leadline/domain'

/** Equal as cases mean it: a missing field is null, prices are numbers, XML ignores blanks between elements. */
export function sameValue(expected: Json, got: Json | undefined, key = ''): boolean {
  const actual = got ?? null
  if (key === 'price') return samePrice(expected, actual)
  if (typeof expected === 'string' && typeof actual === 'string') return sameText(expected, actual)
  if (Array.isArray(expected) && Array.isArray(actual)) return sameList(expected, actual)
  if (isJsonObject(expected) && isJsonObject(actual)) return sameFields(expected, actual)
  return expected === actual
}

function samePrice(expected: Json, got: Json): boolean {
  const comparable = [expected, got].every((price) => typeof price === 'number' || (typeof price === 'string' && price !== ''))
  return comparable ? Number(expected) === Number(got) : expected === got
}

function sameText(expected: string, got: string): boolean {
  return expected === got || (isXml(expected) && isXml(got) && withoutBlanks(expected) === withoutBlanks(got))
}

function isXml(text: string): boolean {
  return text.trimStart().startsWith('<')
}

function withoutBlanks(xml: string): string {
  return xml.replace(/>\s+</g, '><').trim()
}

function sameList(expected: readonly Json[], got: readonly Json[]): boolean {
  return expected.length === got.length && expected.every((item, index) => sameValue(item, got[index]))
}

function sameFields(expected: JsonObject, got: JsonObject): boolean {
  const keys = new Set([...Object.keys(expected), ...Object.keys(got)])
  return [...keys].every((key) => sameValue(expected[key] ?? null, got[key], key))
}
