import { namedRetryPolicies } from '@leadline/domain'
import type { Flow, Flows, Step } from '@leadline/flows'
import { standardFieldTypes } from '@leadline/language'

/** A flow of steps that nobody calls, for tests of what is decided about them. */
export function sampleFlow(stepNames: readonly string[], name = 'demo'): Flow {
  return {
    name,
    title: name,
    version: 'v2',
    file: `${name}.yaml`,
    sources: new Map(),
    steps: stepNames.map(sampleStep),
    dedupe: null,
    orderBy: null,
    fields: standardFieldTypes,
    settings: {},
    gates: new Map(),
  }
}

export function sampleFlows(...flows: readonly Flow[]): Flows {
  return { byName: new Map(flows.map((flow) => [flow.name, flow])), pools: ['default'], secrets: [] }
}

/** Appends under `<name>_data`, to tell append names from step names. */
function sampleStep(name: string): Step {
  return {
    name,
    connector: 'http',
    connectorRevision: 'r1',
    role: 'decides',
    pool: 'default',
    append: `${name}_data`,
    retry: namedRetryPolicies.none,
    onError: 'stop',
    onFailure: 'stop',
    order: 'overtake',
    limits: { concurrency: null, ratePerSecond: null, quota: null },
    caps: [],
    action: { destination: null, run: () => Promise.reject(new Error('a sample step makes no calls')) },
  }
}
