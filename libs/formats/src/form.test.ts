import type { JsonObject } from '@leadline/domain'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatForm } from './format-form.ts'
import { parseJson } from './json.ts'
import { defaultLimits } from './limits.ts'
import { parseQuery } from './parse-fields.ts'

describe('form fields', () => {
  it.each([
    ['first_name=Dana&zip=30318', { first_name: 'Dana', zip: '30318' }],
    ['loan.amount=250000&loan.purpose=cash+out', { loan: { amount: '250000', purpose: 'cash out' } }],
    ['loan[amount]=1&loan[terms][years]=30', { loan: { amount: '1', terms: { years: '30' } } }],
    ['tag=a&tag=b', { tag: ['a', 'b'] }],
    ['tag[]=a', { tag: ['a'] }],
    ['tag[1]=b&tag[0]=a', { tag: ['a', 'b'] }],
    ['people[0].name=A&people[1].name=B', { people: [{ name: 'A' }, { name: 'B' }] }],
    ['a=1&a.b=2', { a: ['1', { b: '2' }] }],
    ['a&b=&=c', { a: '', b: '', '': 'c' }],
    ['a=1&&b=2&', { a: '1', b: '2' }],
    ['rate=100%&odd=%zz%4', { rate: '100%', odd: '%zz%4' }],
    ['a%2Eb=1&c%3Dd=e%26f', { a: { b: '1' }, 'c=d': 'e&f' }],
    ['a[b=1&.c=2&d..e=3&f]=4&[g]=5', { 'a[b': '1', '.c': '2', 'd..e': '3', 'f]': '4', '[g]': '5' }],
    ['', {}],
  ])('%s', (search, fields) => {
    expect(parseQuery(search)).toEqual(fields)
  })

  it('close the holes between indexes instead of making them', () => {
    expect(parseQuery('foo.1984.id=x&foo.999999999.id=y')).toEqual({ foo: [{ id: 'x' }, { id: 'y' }] })
  })

  it('treat __proto__ as data', () => {
    const fields = parseQuery('__proto__.admin=1&constructor.prototype.admin=1')
    expect(Object.keys(fields)).toEqual(['__proto__', 'constructor'])
    expect(Reflect.get({}, 'admin')).toBeUndefined()
  })

  it.each([
    { what: 'too many parameters', search: 'a=1&'.repeat(11), code: 'BODY_TOO_COMPLEX' },
    { what: 'too deep a name', search: `a${'.b'.repeat(6)}=1`, code: 'BODY_TOO_COMPLEX' },
  ])('are refused for $what', ({ search, code }) => {
    expect(() => parseQuery(search, { ...defaultLimits, keys: 10, depth: 5 })).toThrow(expect.objectContaining({ code }))
  })

  it('are read whatever the bytes, or refused with one of our codes', () => {
    const byte = fc.constantFrom('%', 'E', '9', '+', '=', '&', '[', ']', '.', 'a', '0', '\u00e9')
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 40 }), (parts) => {
        expect(outcomeOf(parts.join(''))).toMatch(/^(read|BODY_UNPARSABLE)$/)
      }),
      { numRuns: 1_000 },
    )
  })
})

describe('writing a form', () => {
  it('dots nested names, repeats scalar arrays and numbers arrays of objects', () => {
    const fields = { a: 'é &=', b: { c: [1, true] }, d: [{ e: null }, { e: 'x' }], ...exact() }
    expect(formatForm(fields)).toBe('a=%C3%A9%20%26%3D&b.c=1&b.c=true&d.0.e=&d.1.e=x&id=12345678901234567890')
  })

  it('is read back as what was written', () => {
    const name = fc.stringMatching(/^[A-Za-z_ é%&=+-][A-Za-z_ é%&=+-]{0,8}$/)
    const text = fc.string({ unit: 'grapheme' })
    const leaf = fc.oneof(text, fc.array(text, { minLength: 2, maxLength: 4 }))
    const nested = fc.dictionary(name, fc.oneof(leaf, fc.dictionary(name, leaf, { minKeys: 1, maxKeys: 3 })), { maxKeys: 5 })
    fc.assert(
      fc.property(nested, (fields: JsonObject) => {
        expect(parseQuery(formatForm(fields))).toEqual(fields)
      }),
    )
  })
})

function exact(): JsonObject {
  return Object(parseJson('{"id":12345678901234567890}'))
}

function outcomeOf(search: string): string {
  try {
    parseQuery(search)
    return 'read'
  } catch (error) {
    return String(Reflect.get(Object(error), 'code'))
  }
}
