import { compileCondition } from '@leadline/language'
import { z } from 'zod'
import { defineConnector } from '../kit/define-connector.ts'
import { report } from '../kit/setting-types.ts'

const scalar = z.union([z.string(), z.number(), z.boolean()])

const settings = z
  .strictObject({
    path: z.string().min(1),
    is: z.string().min(1),
    value: z.union([scalar, z.array(scalar)]).optional(),
    /** What the lead's timeline says when it is stopped; without it, the condition in words. */
    reason: z.string().min(1).optional(),
  })
  .superRefine((condition, context) => report(context, () => compileCondition(condition)))

export const filter = defineConnector({
  id: 'filter',
  title: 'Filter',
  docs: 'Lets a lead on when a condition holds, and ends its flow with a reason when it does not.',
  edition: 1,
  settings,
  action: {
    type: 'gate',
    rules: [
      { id: 'passed', outcome: 'continue' },
      { id: 'stopped', outcome: 'stop' },
    ],
    prepare: (config) => {
      const condition = compileCondition(config)
      return (view) => {
        if (condition.holds(view)) return { rule: 'passed', conclusion: { type: 'continue' } }
        return { rule: 'stopped', conclusion: { type: 'stop', reason: config.reason ?? condition.complaint(view) } }
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
      name: 'without a reason the condition is the reason',
      with: { path: 'lead.age', is: 'greater than', value: 17 },
      lead: { age: 16 },
      expect: { rule: 'stopped', conclusion: { type: 'stop', reason: 'lead.age "16" is not greater than 17' } },
    },
  ],
})
