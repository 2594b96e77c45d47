import { isJsonObject, type Json } from '@leadline/domain'
import { sameValue } from './same-value.ts'

type Holds = (expected: Json, got: Json) => boolean

/** What the end of a key in `expect` asks of the field before it: `reason_contains` asks for a part of `reason`. */
const bySuffix: Readonly<Record<string, Holds>> = {
  _contains: (expected, got) => allOf(expected, (part) => textOf(got).includes(textOf(part))),
  _lacks: (expected, got) => allOf(expected, (part) => !textOf(got).includes(textOf(part))),
  _matches: (expected, got) => typeof got === 'string' && new RegExp(textOf(expected), 'i').test(got),
  _includes: includes,
  _about: (expected, got) => typeof got === 'number' && Math.abs(got - Number(expected)) <= Math.abs(Number(expected)) * 0.05,
  _is_not: (expected, got) => !sameValue(expected, got),
  _in: (expected, got) => Array.isArray(expected) && expected.some((choice) => sameValue(choice, got)),
  _is_text: (expected, got) => (typeof got === 'string' && got.trim() !== '') === expected,
}

export interface Expectation {
  readonly field: string
  readonly holds: Holds
}

/** Undefined for a key that means just its field. */
export function expectationFor(key: string): Expectation | undefined {
  const found = Object.entries(bySuffix).find(([suffix]) => key.length > suffix.length && key.endsWith(suffix))
  if (found === undefined) return undefined
  const [suffix, holds] = found
  return { field: key.slice(0, -suffix.length), holds }
}

function allOf(expected: Json, holds: (part: Json) => boolean): boolean {
  return Array.isArray(expected) ? expected.every(holds) : holds(expected)
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function includes(expected: Json, got: Json): boolean {
  if (isJsonObject(expected)) {
    return isJsonObject(got) && Object.entries(expected).every(([key, value]) => sameValue(value, got[key], key))
  }
  if (Array.isArray(got)) return allOf(expected, (part) => got.some((item) => sameValue(part, item)))
  return allOf(expected, (part) => textOf(got).includes(textOf(part)))
}
