import { tooComplex } from './body-errors.ts'
import type { JsonLimits } from './limits.ts'

/** What one pass over JSON text tells before it is parsed. Says nothing about malformed text. */
export interface JsonScan {
  /** Keys written, repeated ones included. */
  readonly keys: number
  /** Some number is long enough, or has an exponent, so that a double may not hold it. */
  readonly longNumbers: boolean
  /** Some string holds a raw control character. */
  readonly controls: boolean
}

const quote = 0x22
const backslash = 0x5c

/** Iterative, so a hostile nesting costs nothing. Throws BODY_TOO_COMPLEX past the depth or key limit. */
export function scanJson(text: string, limits: JsonLimits): JsonScan {
  let depth = 0
  let keys = 0
  let longNumbers = false
  let controls = false
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === quote) {
      const end = stringEnd(text, at)
      controls ||= end.controls
      at = end.at
    } else if (code === 0x7b || code === 0x5b) {
      depth += 1
      if (depth > limits.depth) throw tooComplex('depth', limits.depth)
    } else if (code === 0x7d || code === 0x5d) {
      depth -= 1
    } else if (code === 0x3a) {
      keys += 1
      if (keys > limits.keys) throw tooComplex('keys', limits.keys)
    } else if (code === 0x2d || (code >= 0x30 && code <= 0x39)) {
      const end = numberEnd(text, at)
      longNumbers ||= end - at > 15 || hasExponent(text, at, end)
      at = end - 1
    }
  }
  return { keys, longNumbers, controls }
}

function stringEnd(text: string, start: number): { at: number; controls: boolean } {
  let controls = false
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === quote) return { at, controls }
    if (code === backslash) at += 1
    else if (code < 0x20) controls = true
  }
  return { at: text.length, controls }
}

function numberEnd(text: string, start: number): number {
  let at = start + 1
  while (at < text.length && isNumberPart(text.charCodeAt(at))) at += 1
  return at
}

function isNumberPart(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || code === 0x2e || code === 0x2b || code === 0x2d || isExponent(code)
}

function isExponent(code: number): boolean {
  return code === 0x65 || code === 0x45
}

function hasExponent(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) if (isExponent(text.charCodeAt(at))) return true
  return false
}
