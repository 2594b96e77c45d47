import { describe, expect, it } from 'vitest'
import { asXmlName, isXmlName } from './xml-name.ts'

describe('a name in XML', () => {
  it.each(['a', 'soap:Body', '_x', 'é.1-b', '名'])('can be %s', (name) => {
    expect(isXmlName(name)).toBe(true)
  })

  it.each([
    ['', '_'],
    ['1a', '_1a'],
    ['a b', 'a_b'],
    ['@id', '_id'],
    ['a:b', 'a_b'],
    ['\ufeff', '_'],
    ['\u1680', '_'],
    ['𠀀', '__'],
    ['a<b>', 'a_b_'],
    ['-x', '_-x'],
  ])('cannot be %j, and becomes %s where it must be one', (name, nearest) => {
    expect(isXmlName(name) && !name.includes(':')).toBe(false)
    expect(asXmlName(name)).toBe(nearest)
    expect(isXmlName(asXmlName(name))).toBe(true)
  })
})
