import type { Value } from '../typed-value.ts'

/** A clock's moment as text: it may be given in milliseconds. */
export function momentText(now: Value | undefined): Value | undefined {
  return typeof now === 'number' ? new Date(now).toISOString() : now
}
