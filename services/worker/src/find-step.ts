import type { Flow, Flows, Step } from '@leadline/flows'

export interface Found {
  readonly flow: Flow
  readonly step: Step
}

/** Steps by flow and name: asked for each record, so it is built once. */
export type StepLookup = ReadonlyMap<string, ReadonlyMap<string, Found>>

export function stepLookup(flows: Flows): StepLookup {
  return new Map([...flows.byName].map(([name, flow]) => [name, new Map(flow.steps.map((step) => [step.name, { flow, step }]))]))
}

export function findStep(steps: StepLookup, flow: string, step: string): Found | undefined {
  return steps.get(flow)?.get(step)
}
