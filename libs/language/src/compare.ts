import { readBounds } from './bounds.ts'
import { averageOf, numberText } from './number-of.ts'
import { isList, unwrapped } from './plain.ts'
import { textOf } from './text-of.ts'
import { type Moment, readMoment } from './time/moment.ts'
import type { Value } from './typed-value.ts'
import { yesOrNo } from './yes-no.ts'

/**
 * Equal as people mean it: blanks around and case ignored, `"123"` = 123, yes = true, lists in any order, ranges by their average. Of typed
 * values their normal form counts, and not whether it is valid.
 */
export function looselyEqual(left: Value | undefined, right: Value | undefined): boolean {
  const [a, b] = [unwrapped(left), unwrapped(right)]
  if (isList(a) && isList(b)) return sameItems(a, b)
  if (typeof a === 'boolean' || typeof b === 'boolean') return sameTruth(a, b)
  const order = compareNumbers(left, right)
  if (order !== undefined) return order === 0
  return fold(a) === fold(b) || compareMoments(a, b) === 0
}

/** Negative, zero or positive; numbers by value, otherwise texts by the alphabet; undefined when one side is blank. */
export function compareLoosely(a: Value | undefined, b: Value | undefined): number | undefined {
  if (isBlank(a) || isBlank(b)) return undefined
  const order = compareNumbers(a, b) ?? compareMoments(a, b)
  if (order !== undefined) return order
  const [left, right] = [fold(a), fold(b)]
  return left < right ? -1 : left > right ? 1 : 0
}

/** Whether two values stand in such an order; never when one is blank. */
export function ordered(accept: (order: number) => boolean): (left: Value | undefined, right: Value | undefined) => boolean {
  return (left, right) => {
    const order = compareLoosely(left, right)
    return order !== undefined && accept(order)
  }
}

/** A text or a list that contains the other value; of several wanted ones, one is enough. */
export function includes(value: Value | undefined, wanted: Value | undefined): boolean {
  if (isBlank(wanted)) return false
  const sought = unwrapped(wanted)
  if (isList(sought)) return sought.some((one) => includes(value, one))
  const within = unwrapped(value)
  if (isList(within)) return within.some((item) => looselyEqual(item, sought))
  return fold(within).includes(fold(sought))
}

/** Nothing, an empty list, or text of blanks only. */
export function isBlank(value: Value | undefined): boolean {
  const plain = unwrapped(value)
  if (plain === undefined || plain === null) return true
  return typeof plain === 'string' ? plain.trim() === '' : isList(plain) && plain.length === 0
}

function sameItems(a: readonly Value[], b: readonly Value[]): boolean {
  const [left, right] = [a.map(fold).sort(), b.map(fold).sort()]
  return left.length === right.length && left.every((text, index) => text === right[index])
}

function sameTruth(a: Value | undefined, b: Value | undefined): boolean {
  const [left, right] = [yesOrNo(textOf(a)), yesOrNo(textOf(b))]
  return left !== undefined && left === right
}

function fold(value: Value | undefined): string {
  return textOf(value).trim().toLowerCase()
}

// Longer than any id, and bounded: reading digits takes time beyond proportion.
const bigWholeNumber = /^[+-]?\d{16,60}$/

function compareNumbers(a: Value | undefined, b: Value | undefined): number | undefined {
  const left = numberText(a) ?? averageText(a, b)
  const right = numberText(b) ?? averageText(b, a)
  if (left === undefined || right === undefined) return undefined
  // Ids beyond 2^53 differ in digits that a double does not have.
  if (bigWholeNumber.test(left) && bigWholeNumber.test(right)) {
    const [exactLeft, exactRight] = [BigInt(left.replace('+', '')), BigInt(right.replace('+', ''))]
    return exactLeft < exactRight ? -1 : exactLeft > exactRight ? 1 : 0
  }
  return Number(left) - Number(right)
}

/** Dates and times in any way of writing them: `2/9/1984` is `1984-02-09`. */
function compareMoments(a: Value | undefined, b: Value | undefined): number | undefined {
  const [left, right] = [momentIn(a), momentIn(b)]
  return left === undefined || right === undefined ? undefined : left.epochMs - right.epochMs
}

function momentIn(value: Value | undefined): Moment | undefined {
  const plain = unwrapped(value)
  return typeof plain === 'string' && plain.length < 40 && /^\s*\d{1,4}[-/]\d/.test(plain) ? readMoment(plain) : undefined
}

/** Beside a range, a text like `50000-75000` is one too. */
function averageText(value: Value | undefined, other: Value | undefined): string | undefined {
  if (typeof value !== 'string' || averageOf(other) === undefined) return undefined
  const bounds = readBounds(value)
  const average = bounds === undefined ? Number.NaN : Math.floor((Number(bounds.from) + Number(bounds.to)) / 2)
  return Number.isNaN(average) ? undefined : String(average)
}
