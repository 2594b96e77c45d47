import { describe, expect, it } from 'vitest'
import { parseJson } from './json.ts'
import { readPath } from './read-path.ts'

const value = parseJson(
  '{"loan":{"amount":250000},"tags":["a",{"id":12345678901234567890}],"none":null,"__proto__":{"x":"data"}}',
)

describe('reading a path', () => {
  it.each([
    ['loan.amount', 250_000],
    ['tags.0', 'a'],
    ['tags[0]', 'a'],
    ['none', null],
    ['__proto__.x', 'data'],
    ['', value],
  ])('%s finds what is there', (path, found) => {
    expect(readPath(value, path)).toEqual(found)
  })

  it.each([
    'loan.amount.deeper',
    'tags.2',
    'tags.-1',
    'tags.length',
    'loan.constructor',
    'toString',
    'tags.1.id.rawJSON',
    'none.x',
    'missing',
  ])('%s finds nothing', (path) => {
    expect(readPath(value, path)).toBeUndefined()
  })
})
