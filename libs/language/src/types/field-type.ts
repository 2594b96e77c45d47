import type { Json, JsonObject } from '@leadline/domain'
import type { TypedValue } from '../typed-value.ts'

/** How the values of a field are read. Pure: the same text and moment always give the same reading. */
export interface FieldType {
  readonly name: string
  /** Values are never shown in logs, activity, errors or pages. */
  readonly sensitive: boolean
  /** Names that may be asked for, besides `normal`, `raw`, `valid` and `masked`. */
  readonly components: readonly string[]
  /** Undefined: the text cannot be read; it then stays as it came, and is not valid. Never throws; time linear in the text. */
  readonly read: (text: string, given: Given) => Reading | undefined
  /** Longest text that is read at all, in UTF-16 units; 1,000 when it is not said. */
  readonly longest?: number
  /** Texts that certainly go out as they are, whether they can be read or not: only who asks for their parts pays for the reading. */
  readonly settled?: RegExp
  /** How an event keeps a value, where the normal form alone would be read as another value. */
  readonly kept?: (value: TypedValue) => Json
  /** How a value looks where it must not be seen, where stars for everything would hide too much. */
  readonly mask?: (value: TypedValue) => TypedValue
}

export interface Given {
  /** What came: the text, or the number or boolean that was made into text. */
  readonly raw: Json
  /** Milliseconds since 1970 by which ages and two-digit years are read; null when there is no clock. */
  readonly now: number | null
}

export interface Reading {
  readonly normal: Json
  /** False for a value that has a normal form although it cannot be read. */
  readonly valid?: boolean
  /** What came, when the type takes something off it. */
  readonly raw?: Json
  /** Starred already when it came. */
  readonly masked?: boolean
  readonly components?: JsonObject
}

/** A reading without components, of text that only has to be there: blank text is none. */
export function readTidied(text: string): Reading | undefined {
  const normal = tidied(text)
  return normal === '' ? undefined : { normal }
}

/** Texts that are tidy already. */
export const tidy = /^\S+(?: \S+)*$/

/** Without blanks at the ends, and with single blanks between words. */
export function tidied(text: string): string {
  return text.trim().replace(/\s+/g, ' ')
}
