import type { Flows } from '@leadline/flows'
import { type Draft, isCapped, passCaps } from '@leadline/walk'

/** Adds to what steps decide which places under caps are asked for and given back; without caps it is the identity. */
export function placeKeeping(flows: Flows): (drafts: readonly Draft[]) => readonly Draft[] {
  const capped = new Map([...flows.byName].filter(([, flow]) => isCapped(flow)))
  if (capped.size === 0) return (drafts) => drafts
  return (drafts) => {
    const flow = capped.get(flowOf(drafts[0]) ?? '')
    return flow === undefined ? drafts : passCaps(flow, drafts)
  }
}

function flowOf(draft: Draft | undefined): string | null {
  return draft === undefined || draft.type === 'give-back-place' ? null : draft.event.flow
}
