import type { Json } from '@leadline/domain'
import { describe, expect, it } from 'vitest'
import { isTyped } from '../typed-value.ts'
import { maskObject, maskTyped } from './mask-value.ts'
import { parseType } from './parse-type.ts'
import { standardTypes } from './standard-types.ts'
import { stringType } from './string.ts'
import { normalOf, read } from './type-scenario.ts'

function masked(name: string, value: Json) {
  const type = standardTypes.get(name) ?? stringType
  const typed = parseType(type, value)
  return isTyped(typed) ? maskTyped(type, typed) : typed
}

describe('a social security number', () => {
  it.each(['078-05-1120', '078.05.1120', '078 05 1120', '078051120'])('%j has nine digits in three parts', (value) => {
    expect(read('ssn', value)).toMatchObject({
      normal: '078051120',
      first_three: '078',
      middle_two: '05',
      last_four: '1120',
      masked: false,
    })
  })

  it('may come starred', () => {
    expect(read('ssn', '***-**-1120')).toMatchObject({ normal: '*****1120', valid: true, masked: true, last_four: '1120' })
  })

  it.each(['07805112', '078-05-112a', ''])('%j is none', (value) => {
    expect(normalOf('ssn', value)).toBeUndefined()
  })
})

describe('a card number', () => {
  it('is one whose check digit is right', () => {
    expect(read('credit_card', '4111 1111 1111 1111')).toMatchObject({
      normal: '4111111111111111',
      brand: 'visa',
      last_four: '1111',
    })
    expect(normalOf('credit_card', '4111 1111 1111 1112')).toBeUndefined()
    expect(read('credit_card', '************1111')).toMatchObject({ valid: true, masked: true, last_four: '1111' })
  })
})

describe('a masked value', () => {
  it('is stars of the same length, and whether it was valid', () => {
    expect(masked('ssn', '078-05-1120')).toMatchObject({
      ...{ normal: '*********', raw: '***********', valid: true, masked: true },
      components: { first_three: '***', middle_two: '**', last_four: '****' },
    })
    expect(masked('ssn', 'secret')).toMatchObject({ normal: '******', raw: '******', valid: false, masked: true })
    expect(masked('credential', 'p4ssw0rd')).toMatchObject({ normal: '********', raw: '********' })
    expect(masked('ssn', null)).toBeNull()
  })

  it('keeps the year of a date of birth, and nothing else of it', () => {
    expect(masked('dob', '02/09/1984')).toMatchObject({
      normal: '1984-**-**',
      raw: '**/**/1984',
      valid: true,
      components: { year: 1984 },
    })
    expect(masked('dob', 'Feb 9, 1984')).toMatchObject({ raw: '*** *, 1984' })
    expect(masked('dob', 19840209)).toMatchObject({ normal: '1984-**-**', raw: '****' })
  })

  it('read again is the same', () => {
    for (const [type, value] of [
      ['ssn', '078-05-1120'],
      ['dob', '02/09/1984'],
      ['phone', '737-874-2833'],
    ] as const) {
      const once = masked(type, value)
      expect(masked(type, isTyped(once) ? once.normal : null)).toMatchObject({
        normal: isTyped(once) && once.normal,
        valid: true,
      })
    }
  })
})

describe('an object', () => {
  it('is starred wherever it says that it is not masked yet', () => {
    expect(maskObject({ list: [{ masked: false, valid: true, a: { b: 'xyz' }, n: [10, null, true] }], other: 'kept' })).toEqual({
      list: [{ masked: true, valid: true, a: { b: '***' }, n: ['**', null, '*'] }],
      other: 'kept',
    })
  })

  it('is left alone otherwise', () => {
    expect(maskObject({ masked: true, a: 'b' })).toEqual({ masked: true, a: 'b' })
    expect(maskObject({ a: 'b' })).toEqual({ a: 'b' })
    expect(maskObject(null)).toBeNull()
  })
})
