import type { JsonObject } from '@leadline/domain'
import { describe, expect, it } from 'vitest'
import { viewWith } from '../template/sample-view.ts'
import { compileMappings, type MappingSpec } from './mapping.ts'
import { readMapping } from './mapping-text.ts'

const map = (specs: readonly MappingSpec[], lead: JsonObject = {}) => compileMappings(specs).apply(viewWith(lead))

describe('mappings', () => {
  it('put values in their places, with their types', () => {
    const specs = [
      { property: 'age', value: '{{lead.age}}' },
      { property: 'name.full', value: '{{lead.first}} {{lead.last}}' },
      { property: 'phones.1.number', value: '{{lead.cell}}' },
      { property: 'phones.0.number', value: '{{lead.home}}' },
      { property: 'data{123}.v', value: '1' },
      { property: 'meta', value: { source: '{{lead.first}}', nope: '{{lead.nope}}', n: 5 } },
    ]
    expect(map(specs, { age: 41, first: 'Dana', last: 'Ng', cell: 2, home: 1 })).toEqual({
      result: {
        age: 41,
        name: { full: 'Dana Ng' },
        phones: [{ number: 1 }, { number: 2 }],
        data: { '123': { v: '1' } },
        meta: { source: 'Dana', n: 5 },
      },
      failed: [],
    })
  })

  it('overwrite earlier ones, but not with nothing', () => {
    const specs = [
      { property: 'a', value: 'first' },
      { property: 'a', value: '{{lead.a}}' },
      { property: 'b', value: 'first' },
      { property: 'b', value: '' },
    ]
    expect(map(specs).result).toEqual({ a: 'first', b: '' })
    expect(map(specs, { a: 0 }).result).toEqual({ a: 0, b: '' })
  })

  it('are left out when their rules do not hold', () => {
    const specs = [
      { property: 'tier', value: 'basic' },
      { property: 'tier', value: 'premium', rules: 'lead.income > 100000' },
    ]
    expect(map(specs, { income: 90_000 }).result).toEqual({ tier: 'basic' })
    expect(map(specs, { income: '100001' }).result).toEqual({ tier: 'premium' })
  })

  it('that fail for one lead do not stop the others', () => {
    const specs = [
      { property: 'a', value: '{{lead.a.padEnd(lead.n)}}' },
      { property: 'b', value: '{{lead.a}}' },
    ]
    expect(map(specs, { a: 'x', n: 1e9 })).toEqual({
      result: { b: 'x' },
      failed: [{ index: 0, property: 'a', why: expect.stringContaining('padded') }],
    })
  })

  it('that can never work are named, and do not stop the others', () => {
    const mappings = compileMappings([
      { property: 'a', value: '{{lead.a' },
      { property: 'b..c', value: '1' },
      { property: 'd', value: '{{lead.d}}', rules: { lhv: 'lead.x', op: 'is about', rhv: 1 } },
      { property: 'e', value: 'kept' },
    ])
    expect(mappings.mistakes.map(({ index }) => index)).toEqual([0, 1, 2])
    expect(mappings.apply(viewWith({ d: 1 })).result).toEqual({ e: 'kept' })
  })

  it('write a list without holes, and keys as they are', () => {
    expect(map([{ property: 'foo.1984.id', value: 'x' }]).result).toEqual({ foo: [{ id: 'x' }] })
    expect(JSON.stringify(map([{ property: '__proto__.polluted', value: 'x' }]).result)).toBe('{"__proto__":{"polluted":"x"}}')
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
  })
})

describe('a mapping in words', () => {
  it.each([
    ['lead.first_name → firstName', { first_name: 'Dana' }, { firstName: 'Dana' }],
    ['lead.email -> contact.emailAddress', { email: 'a@b.c' }, { contact: { emailAddress: 'a@b.c' } }],
    ["if lead.state == 'CA' then territory = 'West'", { state: 'CA' }, { territory: 'West' }],
    ["if lead.state == 'CA' then territory = 'West'", { state: 'NY' }, {}],
    ["if lead.age >= 65 then segment = 'Senior'", { age: '65' }, { segment: 'Senior' }],
    ["if lead.income > 100000 then tier = 'Premium'", { income: 100_000 }, {}],
    ['if lead.type == "organic" then cost = 0', { type: 'organic' }, { cost: 0 }],
    ['total = lead.a + lead.b', { a: 1, b: 2 }, { total: 3 }],
  ])('%s', (text, lead, expected) => {
    expect(map([readMapping(text)], lead).result).toEqual(expected)
  })

  it('is refused when it is none', () => {
    expect(() => readMapping('first name')).toThrow(/is not a mapping/)
  })
})
