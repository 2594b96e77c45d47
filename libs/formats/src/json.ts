import { isExactNumber, type Json, type JsonObject, type LeadlineError } from '@leadline/domain'
import { tooLarge, unparsable } from './body-errors.ts'
import { exactNumber } from './exact-number.ts'
import { findJsonMistake } from './json-diagnosis.ts'
import { type JsonScan, scanJson } from './json-scan.ts'
import { defaultLimits, type JsonLimits } from './limits.ts'
import './json-source.ts'

/**
 * Exact: digits that a double cannot hold come back as `ExactNumber`; `__proto__` is a key like any other. Raw control characters inside
 * strings are dropped. Throws BODY_UNPARSABLE (with line and column; repeated keys too), BODY_TOO_COMPLEX or BODY_TOO_LARGE.
 */
export function parseJson(text: string, limits: JsonLimits = defaultLimits): Json {
  if (text.length * 3 > limits.bytes && Buffer.byteLength(text) > limits.bytes) throw tooLarge(limits.bytes)
  const scan = scanJson(text, limits)
  const value = readText(text, scan)
  if (countKeys(value) !== scan.keys) throw mistakeOf(text)
  return value
}

// Also matches text inside strings: then a look at the whole text decides.
const perhapsLong = /\d(?:[eE]|[\d.]{14})/

// What came in was measured when it came, and all that the steps of a lead append may be more than any one body. It may also be nested
// deeper: a list of XML is two levels, and append names add theirs. `JSON.parse` with a reviver runs out of stack at some 2,000 levels.
const writtenLimits: JsonLimits = { depth: 500, keys: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY }

/**
 * The value of text that `stringifyJson` wrote, however large: as exact as `parseJson`, without its search for mistakes. Other text
 * throws BODY_UNPARSABLE, or BODY_TOO_COMPLEX when it is nested so deeply that its numbers cannot be read exactly.
 */
export function rereadJson(text: string): Json {
  return readText(text, perhapsLong.test(text) ? scanJson(text, writtenLimits) : plain)
}

const plain: JsonScan = { keys: 0, longNumbers: false, controls: false }

/**
 * The value of somebody's answer, or undefined when the text is no JSON or nested deeper than a lead may be. Exact like `parseJson`, but
 * forgiving: of keys that are there twice the last counts, and a byte order mark is passed over. Never throws.
 */
export function tryJson(text: string): Json | undefined {
  const start = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
  const value = tryRead(start)
  return value === undefined || isDeep(value, defaultLimits.depth) ? undefined : value
}

function tryRead(text: string): Json | undefined {
  try {
    return read(text, perhapsLong.test(text))
  } catch {
    return someControl.test(text) ? tryWithoutControls(text) : undefined
  }
}

function tryWithoutControls(text: string): Json | undefined {
  try {
    return read(withoutControls(text), perhapsLong.test(text))
  } catch {
    return undefined
  }
}

// Stops at the limit: what is nested without end must not end our stack.
function isDeep(value: Json, levels: number): boolean {
  if (typeof value !== 'object' || value === null || isExactNumber(value)) return false
  if (levels === 0) return true
  if (isArray(value)) {
    for (const item of value) if (isDeep(item, levels - 1)) return true
    return false
  }
  for (const key in value) if (isDeep(value[key] ?? null, levels - 1)) return true
  return false
}

/** The JSON text of a value, exact numbers digit for digit. */
export function stringifyJson(value: Json): string {
  return JSON.stringify(value)
}

function readText(text: string, scan: JsonScan): Json {
  try {
    return scan.controls ? read(withoutControls(text), scan.longNumbers) : read(text, scan.longNumbers)
  } catch (error) {
    if (error instanceof SyntaxError) throw mistakeOf(text)
    throw error
  }
}

function read(text: string, longNumbers: boolean): Json {
  // The reviver costs several times the parsing, so only text with a number that may need it pays.
  return (longNumbers ? JSON.parse(text, keepDigits) : JSON.parse(text)) as Json
}

function keepDigits(_key: string, value: unknown, context: { readonly source?: string }): unknown {
  return typeof value === 'number' && context.source !== undefined ? exactNumber(context.source, value) : value
}

const stringLiteral = /"[^"\\]*(?:\\[\s\S][^"\\]*)*"/g
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const controls = /[\u0000-\u001f]+/g
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const someControl = /[\u0000-\u001f]/

function withoutControls(text: string): string {
  return text.replace(stringLiteral, (literal) => literal.replace(controls, ''))
}

/** Fewer keys than the text wrote: one was there twice, and `JSON.parse` kept the last. */
function countKeys(value: Json): number {
  if (typeof value !== 'object' || value === null || isExactNumber(value)) return 0
  let count = 0
  if (isArray(value)) {
    for (const item of value) count += countKeys(item)
    return count
  }
  for (const item of Object.values(value)) count += 1 + countKeys(item)
  return count
}

function isArray(value: JsonObject | readonly Json[]): value is readonly Json[] {
  return Array.isArray(value)
}

function mistakeOf(text: string): LeadlineError {
  const mistake = findJsonMistake(text)
  return unparsable(mistake?.what ?? 'the JSON document cannot be read', text, mistake?.offset ?? 0)
}
