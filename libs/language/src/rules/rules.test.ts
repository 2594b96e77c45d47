import type { Json } from '@leadline/domain'
import { describe, expect, it } from 'vitest'
import { nearestName } from '../nearest-name.ts'
import { typedEmail, viewWith } from '../template/sample-view.ts'
import { typedValue } from '../typed-value.ts'
import { compileRule } from './rule.ts'
import { compileRules, type RulesSpec } from './rule-set.ts'

const exact = (digits: string) => (JSON as unknown as { rawJSON(text: string): Json }).rawJSON(digits)
const income = typedValue('range', {
  normal: '50000-75000',
  raw: '50-75k',
  valid: true,
  components: { min: 50_000, max: 75_000, avg: 62_500 },
})
const view = viewWith({
  age: 41,
  state: ' tx ',
  tags: ['b', 'A'],
  note: '  ',
  id: exact('9007199254740993'),
  zip: '02134',
  none: null,
  place: 'austin, tx',
  vip: 'Yes',
  dob: '1984-02-09',
  email: typedEmail('Dana@Example.org', true, { is_free: false }),
  wrong: typedEmail('nobody', false),
  income,
})
const holds = (spec: RulesSpec) => compileRules(spec)(view).type === 'pass'
const reason = (spec: RulesSpec) => {
  const answer = compileRules(spec)(view)
  return answer.type === 'fail' ? answer.reason : undefined
}

describe('a rule', () => {
  it.each<[string, string, Json | undefined, boolean]>([
    ['lead.age', 'is equal to', '41', true],
    ['lead.age', 'is equal to', 42, false],
    ['lead.state', 'is equal to', 'TX', true],
    ['lead.zip', 'is equal to', 2134, true],
    ['lead.tags', 'is equal to', ['a', 'b'], true],
    ['lead.tags', 'is equal to', ['a'], false],
    ['lead.none', 'is equal to', '', true],
    ['lead.vip', 'is equal to', true, true],
    ['lead.income', 'is equal to', '50000-75000', true],
    ['lead.income', 'is equal to', 62_500, true],
    ['lead.wrong', 'is equal to', 'NOBODY', true],
    ['lead.id', 'is equal to', exact('9007199254740993'), true],
    ['lead.id', 'is equal to', exact('9007199254740992'), false],
    ['lead.state', 'is not equal to', 'CA', true],
    ['lead.nope', 'is not equal to', 'CA', true],
    ['lead.age', 'is greater than', '5', true],
    ['lead.age', 'is greater than', 41, false],
    ['lead.income', 'is greater than', 60_000, true],
    ['lead.income', 'is less than', '60000-70000', true],
    ['lead.id', 'is greater than', exact('9007199254740992'), true],
    ['lead.age', 'is greater than or equal to', 41, true],
    ['lead.age', 'is less than', 100, true],
    ['lead.nope', 'is less than', 100, false],
    ['lead.age', 'is less than or equal to', 40, false],
    ['lead.age', 'is between', '40-45', true],
    ['lead.age', 'is between', '41 to 45', true],
    ['lead.age', 'is between', [42, 45], false],
    ['lead.age', 'is between', '$40 and $41', true],
    ['lead.dob', 'is between', '1984-01-01 to 1984-12-31', true],
    ['lead.dob', 'is greater than', '03/01/1984', false],
    ['lead.dob', 'is equal to', '2/9/1984', true],
    ['lead.age', 'is not between', '42-45', true],
    ['lead.nope', 'is not between', '1-2', true],
    ['lead.note', 'is blank', undefined, true],
    ['lead.nope', 'is blank', undefined, true],
    ['lead.age', 'is not blank', undefined, true],
    ['lead.email', 'includes', 'EXAMPLE', true],
    ['lead.tags', 'includes', 'a', true],
    ['lead.tags', 'does not include', 'c', true],
    ['lead.state', 'is included in', ['CA', 'tx'], true],
    ['lead.state', 'is included in', 'CA, TX', true],
    ['lead.state', 'is included in', 'TEXAS, CALIFORNIA', false],
    ['lead.zip', 'is included in', 'x02134y', true],
    ['lead.state', 'is not included in', ['CA'], true],
    ['lead.email', 'matches pattern', '^dana@.+\\.ORG$', true],
    ['lead.email', 'does not match pattern', 'gmail', true],
    ['lead.email', 'matches pattern', '/^DANA@/i', true],
    ['lead.state', 'is in', 'CA, TX', true],
    ['lead.age', 'is at least', 41, true],
    ['lead.nope', 'does not match pattern', '.', true],
    ['lead.vip', 'is true', undefined, true],
    ['lead.email.is_free', 'is false', undefined, true],
    ['lead.nope', 'is false', undefined, false],
    ['lead.nope', 'is not true', undefined, true],
    ['lead.email', 'format is valid', undefined, true],
    ['lead.wrong', 'format is invalid', undefined, true],
    ['lead.wrong.valid', 'is false', undefined, true],
    ['{{lead.age + 1}}', 'is equal to', '{{40 + 2}}', true],
    ['age', 'IS  Equal To', 41, true],
  ])('%s %s %j: %s', (lhv, op, rhv, expected) => {
    expect(holds({ lhv, op, rhv })).toBe(expected)
  })

  it('that failed tells what it asks for, and nothing of the lead', () => {
    expect(reason({ lhv: 'lead.state', op: 'is equal to', rhv: 'CA' })).toBe('State must be equal to CA')
    expect(reason({ lhv: 'lead.first_name', op: 'is not blank' })).toBe('First Name must not be blank')
    expect(reason({ path: 'lead.age', is: 'one of', value: [1, 2] })).toBe('Age must be one of 1, 2')
    expect(reason({ lhv: 'appended.check.valid', op: 'is true' })).toBe('Appended Check Valid must be true')
  })

  it('is refused when it cannot mean anything', () => {
    const refused = (lhv: string, op: string, rhv?: Json) => () => compileRule({ lhv, op, rhv })
    expect(refused('lead.a', 'is equal', 1)).toThrow(/did you mean "is equal to"/)
    expect(refused('lead.a', 'equal')).toThrow(/needs a value/)
    expect(refused('lead.a', 'one of', 'x')).toThrow(/needs a list/)
    expect(refused('lead.a', 'is blank', 1)).toThrow(/takes no value/)
    expect(refused('lead.a', 'is between', '40')).toThrow(/needs two ends/)
    expect(refused('lead.a', 'matches pattern', '(a)\\1')).toThrow(/refers back/)
    expect(refused('leads.a', 'is blank')).toThrow(/did you mean "lead"/)
  })
})

const yes: RulesSpec = { lhv: 'lead.age', op: 'is equal to', rhv: 41 }
const no: RulesSpec = { lhv: 'lead.age', op: 'is equal to', rhv: 1 }

describe('what a rule wants', () => {
  it('may be a pattern of any length that a pattern may have', () => {
    const long = 'x'.repeat(1_000)
    const matches = (rhv: string) =>
      compileRules({ lhv: 'lead.v', op: 'matches pattern', rhv })(viewWith({ v: long.toUpperCase(), p: long })).type
    expect([matches(long), matches('{{lead.p}}')]).toEqual(['pass', 'pass'])
  })

  it('may be a pattern that comes with the lead, and matches nothing when it is none', () => {
    const rule = compileRules({ lhv: 'lead.v', op: 'matches', rhv: '{{lead.p}}' })
    expect(['/^AB?/', '(', 'c'].map((p) => rule(viewWith({ v: 'ab', p })).type)).toEqual(['pass', 'fail', 'fail'])
  })

  it('is the same whether it is written or comes with the lead', () => {
    const asked: readonly (readonly [op: string, wanted: Json])[] = [
      ['is included in', 'TX, NY'],
      ['not in', ['b', 'c']],
      ['is between', '40-45'],
      ['is between', [1, 5]],
      ['is not between', [42, 43]],
      ['one of', ['TX', 41]],
    ]
    for (const [op, wanted] of asked) {
      for (const v of [41, 'tx', ['b', 'z'], '', null]) {
        const answers = [wanted, '{{lead.w}}'].map((rhv) =>
          op === 'one of' && typeof rhv === 'string'
            ? undefined
            : compileRules({ lhv: 'lead.v', op, rhv })(viewWith({ v, w: wanted })).type,
        )
        expect(answers[1] ?? answers[0], `${JSON.stringify(v)} ${op} ${JSON.stringify(wanted)}`).toBe(answers[0])
      }
    }
  })
})

describe('a set of rules', () => {
  it('holds when it is empty', () => {
    expect([{}, { op: 'and', rules: [] }, { op: 'or', rules: [] }].map((spec) => holds(spec as RulesSpec))).toEqual([
      true,
      true,
      true,
    ])
  })

  it('needs all or one, and nests', () => {
    expect(holds({ op: 'and', rules: [yes, no] })).toBe(false)
    expect(holds({ op: 'or', rules: [no, yes] })).toBe(true)
    expect(holds({ rules: [yes, { op: 'or', rules: [no, { op: 'and', rules: [yes] }] }] })).toBe(true)
  })

  it('tells the first rule that failed, or all when one would do', () => {
    expect(reason({ rules: [yes, no, { lhv: 'lead.nope', op: 'is not blank' }] })).toBe('Age must be equal to 1')
    expect(reason({ op: 'or', rules: [no, { lhv: 'lead.nope', op: 'is not blank' }] })).toBe(
      'Age must be equal to 1 or Nope must not be blank',
    )
  })
})

describe('a rule in words', () => {
  it.each<[string, boolean]>([
    ['state is TX', true],
    ['state is not TX', false],
    ['age > 40', true],
    ['age>=41', true],
    ["lead.state == 'TX'", true],
    ['lead.age is between 40 and 45', true],
    ['lead.age is between 40 and 45 and state is CA', false],
    ['state is CA or age is greater than 40', true],
    ["lead.state in ['CA', 'TX']", true],
    [`lead.place in ['Austin, TX', "Reno, NV"]`, true],
    [`lead.place in ['Reno, NV', Austin]`, false],
    ['lead.state in [CA, TX]', true],
    ['lead.email format is valid', true],
    ['lead.wrong is valid', false],
    ['lead.vip is true', true],
    ['lead.note is blank', true],
    ["lead.age * 2 > 80 && (lead.state == 'tx' || false)", true],
    ['{{lead.nope}}', false],
    ['lead.vip', true],
  ])('%s: %s', (text, expected) => {
    expect(holds(text)).toBe(expected)
  })

  it('is refused when it is nothing', () => {
    expect(() => compileRules('lead.age 5')).toThrow(/line 1/)
    expect(() => compileRules('')).toThrow(/empty/)
  })
})

describe('the nearest name', () => {
  it('is the one a person mistyped, or none', () => {
    expect(nearestName('retires', ['retry', 'steps', 'retries'])).toBe('retries')
    expect(nearestName('banana', ['steps', 'flow'])).toBeUndefined()
  })
})
