import type { Json } from '@leadline/domain'
import { describe, expect, it } from 'vitest'
import { compileLinearPattern } from '../linear-pattern.ts'
import { isTyped } from '../typed-value.ts'
import { dateType } from './date.ts'
import type { FieldType } from './field-type.ts'
import { numberType } from './number.ts'
import { type OwnType, ownType } from './own-type.ts'
import { parseType } from './parse-type.ts'
import { postalCodeType } from './postal-code.ts'
import { rangeType } from './range.ts'
import { ssnType } from './ssn.ts'
import { stringType } from './string.ts'

function normalOf(type: FieldType, value: Json): Json | undefined {
  const typed = parseType(type, value)
  return isTyped(typed) && typed.valid ? typed.normal : undefined
}

function typeOf(rule: Omit<OwnType, 'name'>): FieldType {
  return ownType({ name: 'own', ...rule })
}

describe('an own type', () => {
  it('allows the values of a list, in the spelling of the list', () => {
    const type = typeOf({ base: stringType, oneOf: ['Purchase', 'Refinance'] })
    expect(normalOf(type, ' purchase ')).toBe('Purchase')
    expect(normalOf(type, 'lease')).toBeUndefined()
    expect(normalOf(typeOf({ base: numberType, oneOf: ['10', '20'] }), '$10')).toBe(10)
  })

  it('allows what has a match of a pattern, after its base has read it', () => {
    const compiled = compileLinearPattern('^30\\d{3}$')
    const type = typeOf({ base: postalCodeType, ...(compiled.type === 'pattern' && { matches: compiled.pattern }) })
    expect(normalOf(type, ' 30318 ')).toBe('30318')
    expect(normalOf(type, '10001')).toBeUndefined()
  })

  it('allows what lies between two ends: numbers, both ends of ranges, dates', () => {
    const adult = typeOf({ base: numberType, min: 18, max: 120 })
    expect([17, 18, 120, 121].map((age) => normalOf(adult, age))).toEqual([undefined, 18, 120, undefined])
    const income = typeOf({ base: rangeType, min: 0, max: 100_000 })
    expect(['10-20', '50000+', '-5 to 5', '90000-110000'].map((text) => normalOf(income, text))).toEqual([
      '10-20',
      undefined,
      undefined,
      undefined,
    ])
    const lately = typeOf({ base: dateType, min: '2020-01-01' })
    expect([normalOf(lately, '1/1/2020'), normalOf(lately, '12/31/2019')]).toEqual(['2020-01-01', undefined])
  })

  it('keeps the components and the secrecy of its base, unless it says otherwise', () => {
    expect(typeOf({ base: ssnType })).toMatchObject({ name: 'own', sensitive: true, components: ssnType.components })
    expect(typeOf({ base: stringType, sensitive: true }).sensitive).toBe(true)
  })

  it('cannot read what its base cannot read', () => {
    expect(normalOf(typeOf({ base: numberType, min: 0 }), 'many')).toBeUndefined()
    expect(normalOf(typeOf({ base: stringType, min: 0 }), 'text')).toBeUndefined()
  })
})
