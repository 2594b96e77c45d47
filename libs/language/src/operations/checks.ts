import { isBlank } from '../compare.ts'
import { textOf } from '../text-of.ts'
import { isTyped, typeOf, type Value } from '../typed-value.ts'
import type { Operation } from './operation.ts'
import { valueIn } from './operation.ts'

// Good enough to tell an address from something else; whether somebody reads there, only a message can tell.
const address = /^[^\s@"<>(),:;]{1,64}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.){1,8}[\p{L}\p{N}]{2,63}$/u

function isValidEmail(value: Value | undefined): boolean {
  if (isTyped(value) && typeOf(value) === 'email') return value.valid
  return address.test(textOf(value).slice(0, 320))
}

const ask = (name: string, holds: (value: Value | undefined) => boolean): Operation => ({
  name,
  operands: [],
  run: (subject) => holds(subject),
})

export const checkHelpers: readonly Operation[] = [
  { name: 'default', operands: ['value'], run: (subject, [other]) => (isBlank(subject) ? valueIn(other) : subject) },
]

export const checkMethods = [
  ask('isValidEmail', isValidEmail),
  ask('isValid', (value) => (isTyped(value) ? value.valid : !isBlank(value))),
  ask('isBlank', isBlank),
]
