import type { LaneState, StateChange, StateEntry } from '@leadline/engine'
import { admitUnderCap, type CapPeriod, type CapSpec, releaseFromCap } from '@leadline/language'

/** How many leads hold a place under a cap, and whether this one does; state of the lane that the counter is the key of. */
export interface CapCounter {
  readonly counter: string
  readonly count: number
  /** The lead's generation that holds its place; undefined: it has none. */
  readonly heldBy: number | undefined
  readonly leadId: string
  readonly at: number
  readonly expiresAt: number
}

export type CapAnswer =
  | { readonly type: 'admitted'; readonly state: readonly StateChange[] }
  | { readonly type: 'refused'; readonly reason: string }

const day = 86_400_000

/** Longer than the period, and than a lead can be on its way: no work topic keeps a record for more than a week. */
const keptMs: Readonly<Record<CapPeriod, number>> = {
  minute: 8 * day,
  hour: 8 * day,
  day: 9 * day,
  week: 15 * day,
  month: 40 * day,
  total: 1e15,
}

export function readCounter(state: LaneState, counter: string, leadId: string, at: number): CapCounter {
  const count = state.get(counter, at)
  const place = state.get(placeKey(counter, leadId), at)
  return { counter, count: numberIn(count) ?? 0, heldBy: numberIn(place), leadId, at, expiresAt: count?.expiresAt ?? at }
}

/** A lead that holds a place already, by a replay or because its record came twice, takes no second one. */
export function takePlace(own: CapCounter, { max, per }: Pick<CapSpec, 'max' | 'per'>, generation: number): CapAnswer {
  const { count, heldBy, at } = own
  if (heldBy !== undefined) {
    const latest = Math.max(heldBy, generation)
    return { type: 'admitted', state: latest === heldBy ? [] : [place(own, latest, at + keptMs[per])] }
  }
  const decision = admitUnderCap({ max }, count)
  if (decision.type === 'refused') return { type: 'refused', reason: decision.reason }
  const expiresAt = at + keptMs[per]
  return { type: 'admitted', state: [counted(own, decision.count, expiresAt), place(own, generation, expiresAt)] }
}

/** Only the generation that came last gives the place back: an earlier one that ends late must not free what its replay holds. */
export function giveBackPlace(own: CapCounter, generation: number): readonly StateChange[] {
  if (own.heldBy !== generation) return []
  return [counted(own, releaseFromCap(own.count), own.expiresAt), place(own, generation, 0)]
}

function counted({ counter, at }: CapCounter, count: number, expiresAt: number): StateChange {
  return { key: counter, value: String(count), at, expiresAt }
}

/** `expiresAt` 0: nobody's any more, forgotten at once. */
function place({ counter, leadId, at }: CapCounter, generation: number, expiresAt: number): StateChange {
  return { key: placeKey(counter, leadId), value: String(generation), at, expiresAt }
}

function placeKey(counter: string, leadId: string): string {
  return `${counter} ${leadId}`
}

function numberIn(entry: StateEntry | undefined): number | undefined {
  return entry === undefined ? undefined : Number(entry.value)
}
