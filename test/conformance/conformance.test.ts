import { describe, expect, it } from 'vitest'
import { caseIn } from './case-file.ts'
import { differences } from './differences.ts'
import { linesOf, runCase } from './run-cases.ts'

function keysThatDiffer(
  expected: Parameters<typeof differences>[0],
  answer: Parameters<typeof differences>[1],
): readonly string[] {
  return differences(expected, answer).map(({ key }) => key)
}

describe('an answer is what a case expects', () => {
  it('when the fields that the case names are equal, whatever else there is', () => {
    expect(keysThatDiffer({ a: 1 }, { a: 1, b: 2 })).toEqual([])
    expect(keysThatDiffer({ a: 1, c: true }, { a: '1', c: 1 })).toEqual(['a', 'c'])
  })

  it('when its parts are equal as a whole: a named object has no more fields than the case says', () => {
    expect(keysThatDiffer({ lead: { a: { b: 1 } } }, { lead: { a: { b: 1 } } })).toEqual([])
    expect(keysThatDiffer({ lead: { a: { b: 1 } } }, { lead: { a: { b: 1, c: 2 } } })).toEqual(['lead'])
    expect(keysThatDiffer({ list: [1, 2] }, { list: [1] })).toEqual(['list'])
    expect(keysThatDiffer({ list: ['a', 'b'] }, { list: ['b', 'a'] })).toEqual(['list'])
  })

  it('when null stands for a missing field, at any depth', () => {
    expect(keysThatDiffer({ a: null, b: { c: null } }, { b: {} })).toEqual([])
    expect(keysThatDiffer({ a: null }, { a: '' })).toEqual(['a'])
    expect(keysThatDiffer({ a: 0 }, {})).toEqual(['a'])
  })

  it('when a price is the same number, as text or not', () => {
    expect(keysThatDiffer({ price: 6.5, json: { price: 0 } }, { price: '6.50', json: { price: '0' } })).toEqual([])
    expect(keysThatDiffer({ price: 0 }, { price: '' })).toEqual(['price'])
    expect(keysThatDiffer({ price: 0 }, {})).toEqual(['price'])
  })

  it('when XML differs in blanks between elements only', () => {
    expect(keysThatDiffer({ xml: '<a><b>1 2</b></a>' }, { xml: '<a>\n  <b>1 2</b>\n</a>\n' })).toEqual([])
    expect(keysThatDiffer({ xml: '<a><b>1 2</b></a>' }, { xml: '<a><b>12</b></a>' })).toEqual(['xml'])
    expect(keysThatDiffer({ text: 'a b' }, { text: 'a  b' })).toEqual(['text'])
  })

  it('never when there is no answer', () => {
    expect(keysThatDiffer({ a: 1 }, undefined)).toEqual(['a'])
    expect(keysThatDiffer({ a: 1 }, 'a')).toEqual(['a'])
  })
})

describe('the end of a key', () => {
  it.each([
    ['reason_contains', 'oo', 'boom', 'bang'],
    ['body_contains', ['<a>', '<b>'], '<a><b>', '<a>'],
    ['body_lacks', ['x'], 'abc', 'xyz'],
    ['reason_matches', '^time', 'Timeout', 'no time'],
    ['left_about', 2000, 1990, 1500],
    ['outcome_is_not', 'success', 'failure', 'success'],
    ['status_in', [406, 415], 415, 400],
    ['reason_is_text', true, 'because', '  '],
    ['data_includes', { a: 1 }, { a: 1, b: 2 }, { b: 2 }],
    ['list_includes', ['a'], ['b', 'a'], ['b']],
  ])('%s asks %j: %j has it, %j has not', (key, expected, right, wrong) => {
    const field = key.slice(0, key.lastIndexOf(key.endsWith('_is_not') || key.endsWith('_is_text') ? '_is' : '_'))
    expect(keysThatDiffer({ [key]: expected }, { [field]: right })).toEqual([])
    expect(keysThatDiffer({ [key]: expected }, { [field]: wrong })).toEqual([key])
    expect(keysThatDiffer({ [key]: expected }, {})).toEqual(key === 'outcome_is_not' || key === 'body_lacks' ? [] : [key])
  })

  it('means nothing when the answer has a field of that very name', () => {
    expect(keysThatDiffer({ logged_in: true }, { logged_in: true })).toEqual([])
    expect(keysThatDiffer({ logged_in: true }, { logged_in: false })).toEqual(['logged_in'])
  })
})

describe('a case', () => {
  const one = { type: 'case', id: 'x-1', given: { op: 'double', n: 2 }, expect: { n: 4 } } as const

  it('fails when nobody has its operation', async () => {
    expect(linesOf(await runCase(one, {}))).toEqual(['x-1: unknown operation "double"'])
    expect((await runCase({ ...one, given: { op: 'toString' } }, {})).type).toBe('threw')
  })

  it('fails when its operation throws', async () => {
    const verdict = await runCase(one, { double: () => Promise.reject(new Error('no')) })
    expect(linesOf(verdict)).toEqual(['x-1: no'])
  })

  it('is printed with what came and what was expected when they differ', async () => {
    expect(linesOf(await runCase(one, { double: () => ({ n: 3 }) }))).toEqual(['x-1: n\n  got      3\n  expected 4'])
    expect(linesOf(await runCase(one, { double: () => ({ n: 4 }) }))).toEqual([])
  })

  it.each(['{', '[]', '{"id": "a", "given": {}}', '{"id": "a", "given": {}, "expect": {}}', '{"given": {}, "expect": {"a": 1}}'])(
    'that is not one is a failure: %s',
    (line) => {
      expect(caseIn(line, 'f:1').type).toBe('unreadable')
    },
  )
})
