import type { Json } from '@leadline/domain'
import { describe, expect, it } from 'vitest'
import { compileCondition, nearestName, type View } from './index.ts'

const exact = (digits: string) => (JSON as unknown as { rawJSON(text: string): Json }).rawJSON(digits)
const view: View = {
  lead: { age: 41, state: ' tx ', tags: ['b', 'A'], note: '  ', id: exact('9007199254740993'), zip: '02134', none: null },
  appended: {},
  source: {},
  flow: {},
}

describe('a condition', () => {
  it.each<[string, string, Json | undefined, boolean]>([
    ['lead.age', 'equal', '41', true],
    ['lead.age', 'equal', 42, false],
    ['lead.state', 'equal', 'TX', true],
    ['lead.zip', 'equal', 2134, true],
    ['lead.tags', 'equal', ['a', 'b'], true],
    ['lead.tags', 'equal', ['a'], false],
    ['lead.none', 'equal', '', true],
    ['lead.state', 'not equal', 'CA', true],
    ['lead.age', 'greater than', '5', true],
    ['lead.age', 'greater than', 41, false],
    ['lead.age', 'greater than or equal', 41, true],
    ['lead.age', 'less than', 100, true],
    ['lead.age', 'less than or equal', 40, false],
    ['lead.nope', 'less than', 100, false],
    ['lead.id', 'equal', exact('9007199254740993'), true],
    ['lead.id', 'equal', exact('9007199254740992'), false],
    ['lead.id', 'greater than', exact('9007199254740992'), true],
    ['lead.note', 'blank', undefined, true],
    ['lead.nope', 'blank', undefined, true],
    ['lead.age', 'not blank', undefined, true],
    ['lead.state', 'includes', 'T', true],
    ['lead.tags', 'includes', 'a', true],
    ['lead.tags', 'not includes', 'c', true],
    ['lead.state', 'one of', ['CA', 'tx'], true],
    ['lead.state', 'one of', ['CA'], false],
    ['lead.state', 'not one of', ['CA'], true],
  ])('%s %s %j: %s', (path, is, value, holds) => {
    expect(compileCondition({ path, is, value }).holds(view)).toBe(holds)
  })

  it('says why it does not hold', () => {
    const complaint = (path: string, is: string, value?: Json) => compileCondition({ path, is, value }).complaint(view)
    expect(complaint('lead.age', 'one of', [1, 2])).toBe('lead.age "41" is not one of 1, 2')
    expect(complaint('lead.note', 'not blank')).toBe('lead.note "  " is blank')
  })

  it('is refused when it cannot mean anything', () => {
    expect(() => compileCondition({ path: 'lead.a', is: 'equals', value: 1 })).toThrow(/did you mean "equal"/)
    expect(() => compileCondition({ path: 'lead.a', is: 'equal' })).toThrow(/needs a value/)
    expect(() => compileCondition({ path: 'lead.a', is: 'one of', value: 'x' })).toThrow(/needs a list/)
    expect(() => compileCondition({ path: 'lead.a', is: 'blank', value: 1 })).toThrow(/takes no value/)
    expect(() => compileCondition({ path: 'leads.a', is: 'blank' })).toThrow(/did you mean "lead"/)
  })
})

describe('the nearest name', () => {
  it('is the one a person mistyped, or none', () => {
    expect(nearestName('retires', ['retry', 'steps', 'retries'])).toBe('retries')
    expect(nearestName('banana', ['steps', 'flow'])).toBeUndefined()
  })
})
