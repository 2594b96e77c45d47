import type { StepCall, StepVerdict } from '@leadline/connectors'
import type { RetryPolicy } from '@leadline/domain'
import type { Flow, Flows, Step, StepLimits } from '@leadline/flows'
import { standardFieldTypes } from '@leadline/language'

/** Makes the call of a step, in the process it belongs to. */
export type MakeCall = (call: StepCall) => Promise<StepVerdict>

import type { Plan } from '../plan.ts'

const once: RetryPolicy = { maxAttempts: 1, baseDelayMs: 0, factor: 1, maxDelayMs: 0, jitter: 0 }
const quick: RetryPolicy = { maxAttempts: 3, baseDelayMs: 1_000, factor: 2, maxDelayMs: 4_000, jitter: 0.1 }
const patient: RetryPolicy = { maxAttempts: 6, baseDelayMs: 2_000, factor: 2, maxDelayMs: 30_000, jitter: 0.5 }

const unlimited: StepLimits = { concurrency: null, ratePerSecond: null, quota: null }

export const dedupeWindowMs = 3_600_000

export type FlowPlan = Pick<Plan, 'deliverLimits' | 'order'>

/** Three flows: one step, two with a window for duplicates, three of which the first may fail. Every process has its own. */
export function simulatedFlows({ deliverLimits, order }: FlowPlan, makeCall: MakeCall): Flows {
  const step = (name: string, retry: RetryPolicy, over: Partial<Step> = {}): Step => ({
    name,
    connector: 'http',
    connectorRevision: 'r1',
    role: 'decides',
    pool: 'default',
    append: name,
    retry,
    onError: 'stop',
    onFailure: 'continue',
    order: 'overtake',
    limits: unlimited,
    caps: [],
    action: { destination: 'registry:443', run: makeCall },
    ...over,
  })
  const deliver = (retry: RetryPolicy): Step =>
    step('deliver', retry, { order, limits: deliverLimits, action: { destination: 'partner:443', run: makeCall } })
  const flow = (name: string, steps: readonly Step[], dedupe: Flow['dedupe'] = null): Flow => ({
    name,
    title: name,
    version: 'v1',
    file: `${name}.yaml`,
    sources: new Map([['web', { name: 'web', title: 'Web', auth: { type: 'none' } }]]),
    steps,
    fields: standardFieldTypes,
    settings: {},
    gates: new Map(),
    dedupe,
    // Leads of one person are kept in order where a step says so.
    orderBy: order === 'follow' ? 'email' : null,
  })
  const flows = [
    flow('one', [deliver(quick)]),
    flow('two', [step('check', quick, { role: 'gates' }), deliver(patient)], {
      fields: ['email'],
      windowMs: dedupeWindowMs,
    }),
    flow('three', [
      step('enrich', once, { onError: 'continue' }),
      step('check', quick, { onFailure: 'stop', onError: 'continue' }),
      deliver(patient),
    ]),
  ]
  return { byName: new Map(flows.map((each) => [each.name, each])), pools: ['default'], secrets: [] }
}
