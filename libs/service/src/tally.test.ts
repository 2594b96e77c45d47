import { Registry } from 'prom-client'
import { expect, it } from 'vitest'
import { createTally } from './tally.ts'

it('a tally shows what was counted for each set of labels, however often it is read', async () => {
  const registry = new Registry()
  const tally = createTally({ name: 'calls_total', help: 'calls', labelNames: ['flow', 'result'], registers: [registry] })
  tally.inc({ flow: 'demo', result: 'success' })
  tally.inc({ flow: 'demo', result: 'error' }, 3)
  tally.inc({ flow: 'other', result: 'success' })
  await registry.metrics()
  tally.inc({ result: 'success', flow: 'demo' })
  expect((await registry.metrics()).match(/^calls_total.*$/gm)).toEqual([
    'calls_total{flow="demo",result="success"} 2',
    'calls_total{flow="demo",result="error"} 3',
    'calls_total{flow="other",result="success"} 1',
  ])
})
