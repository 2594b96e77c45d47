import type { Json } from '@leadline/domain'
import { describe, expect, it } from 'vitest'
import { compileNesting } from './nesting.ts'

const nest = (fields: Readonly<Record<string, Json | undefined>>, textKey: string | null = null) =>
  compileNesting(Object.keys(fields), textKey)(Object.values(fields))

describe('flat paths', () => {
  it('nest by their dots', () => {
    expect(nest({ 'person.first': 'Dana', 'person.last': 'Ng', source: 'web' })).toEqual({
      person: { first: 'Dana', last: 'Ng' },
      source: 'web',
    })
  })

  it('make arrays of digits, in their order and without holes', () => {
    expect(nest({ 'phones.3': 'c', 'phones.0': 'a', 'tags[1].id': 9 })).toEqual({ phones: ['a', 'c'], tags: [{ id: 9 }] })
  })

  it('leave no hole where a value is missing', () => {
    expect(nest({ 'phones.0': undefined, 'phones.1': 'b', 'a.b': undefined })).toEqual({ phones: ['b'] })
  })

  it('make an array of the whole when every first name is digits', () => {
    expect(nest({ '0.email': 'a', '2.email': 'b' })).toEqual([{ email: 'a' }, { email: 'b' }])
    expect(nest({ '0.email': 'a', total: 1 })).toEqual({ '0': { email: 'a' }, total: 1 })
  })

  it('keep digits and dots in braces as keys', () => {
    expect(nest({ 'data{123}.v': '1', '{a.b}': 2 })).toEqual({ data: { '123': { v: '1' } }, 'a.b': 2 })
  })

  it('write names of prototypes as keys like any other', () => {
    const value = nest({ '__proto__.polluted': true, 'constructor.name': 'x' })
    expect(JSON.stringify(value)).toBe('{"__proto__":{"polluted":true},"constructor":{"name":"x"}}')
    expect({}).not.toHaveProperty('polluted')
  })

  it('that meet: the later wins, objects are added to, and with a text key the value moves there', () => {
    expect(nest({ a: 1, 'a.b': 2 })).toEqual({ a: { b: 2 } })
    expect(nest({ a: { x: 1 }, 'a.b': 2 })).toEqual({ a: { x: 1, b: 2 } })
    expect(nest({ 'a.b': 2, a: 1 })).toEqual({ a: 1 })
    expect(nest({ a: 1, 'a.@id': 2 }, '#text')).toEqual({ a: { '#text': 1, '@id': 2 } })
    expect(nest({ 'a.@id': 2, a: 1 }, '#text')).toEqual({ a: { '#text': 1, '@id': 2 } })
  })

  it('without any value are an empty object', () => {
    expect(nest({})).toEqual({})
    expect(nest({ a: undefined })).toEqual({})
  })

  it.each(['', '.', 'a.', '.a', 'a..b', 'a{', 'a[x]', 'a}'])('that cannot be read are refused: "%s"', (path) => {
    expect(() => compileNesting([path])).toThrow('is not a path')
  })
})
