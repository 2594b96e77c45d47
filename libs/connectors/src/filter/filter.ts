import { compileRules, type RulesSpec } from '@leadline/language'
import { z } from 'zod'
import { defineConnector } from '../kit/define-connector.ts'
import { condition, rulesSetting } from '../kit/rules-setting.ts'
import { report } from '../kit/setting-types.ts'

/** What the lead's timeline says when it is stopped; without it, what the rule that failed asks for. */
const reason = z.string().min(1).optional()

const ruleSet = z.strictObject({ op: z.enum(['and', 'or']).default('and'), rules: z.array(rulesSetting), reason })

const settings = z
  .union([condition.extend({ reason }), ruleSet])
  .superRefine((given, context) => ('path' in given ? report(context, () => compileRules(rulesOf(given))) : undefined))

type FilterSettings = z.infer<typeof settings>

function rulesOf({ reason: _, ...rules }: FilterSettings): RulesSpec {
  return rules
}

export const filter = defineConnector({
  id: 'filter',
  title: 'Filter',
  docs: 'Lets a lead on when its rules hold, and ends its flow with a reason when they do not.',
  edition: 2,
  settings,
  action: {
    type: 'gate',
    rules: [
      { id: 'passed', outcome: 'continue' },
      { id: 'stopped', outcome: 'stop' },
    ],
    prepare: (config, explain) => {
      const rules = compileRules(rulesOf(config), { explain })
      return (view) => {
        const answer = rules(view)
        if (answer.type === 'pass') return { rule: 'passed', conclusion: { type: 'continue' } }
        return { rule: 'stopped', conclusion: { type: 'stop', reason: config.reason ?? answer.reason } }
      }
    },
  },
  examples: [
    {
      name: 'the condition holds',
      with: { path: 'lead.state', is: 'one of', value: ['CA', 'NY'], reason: 'State not served' },
      lead: { state: 'ny' },
      expect: { rule: 'passed', conclusion: { type: 'continue' } },
    },
    {
      name: 'the condition does not hold',
      with: { path: 'lead.state', is: 'one of', value: ['CA', 'NY'], reason: 'State not served' },
      lead: { state: 'TX' },
      expect: { rule: 'stopped', conclusion: { type: 'stop', reason: 'State not served' } },
    },
    {
      name: 'without a reason the rule that failed is the reason, and shows nothing of the lead',
      with: { path: 'lead.age', is: 'greater than', value: 17 },
      lead: { age: 16 },
      expect: { rule: 'stopped', conclusion: { type: 'stop', reason: 'Age must be greater than 17' } },
    },
    {
      name: 'one rule of a set is enough',
      with: { op: 'or', rules: [{ lhv: 'lead.age', op: 'is between', rhv: '18-25' }, 'lead.vip is true'] },
      lead: { age: 40, vip: 'yes' },
      expect: { rule: 'passed', conclusion: { type: 'continue' } },
    },
    {
      name: 'a set of rules within a set',
      with: { rules: ['age > 17', { op: 'or', rules: ['state is CA', { path: 'lead.state', is: 'equal', value: 'NY' }] }] },
      lead: { age: 40, state: 'TX' },
      expect: {
        rule: 'stopped',
        conclusion: { type: 'stop', reason: 'State must be equal to CA or State must be equal to NY' },
      },
    },
  ],
})
