import type { LaneState, StateChange } from '@leadline/engine'
import { describe, expect, it } from 'vitest'
import { giveBackPlace, readCounter, takePlace } from './cap-counter.ts'

const day = 86_400_000
const noon = Date.UTC(2025, 2, 9, 12)

/** A counter of two places a day, as its lane keeps it. */
function openCounter() {
  const kept = new Map<string, StateChange>()
  const state: LaneState = {
    get: (key, at) => {
      const entry = kept.get(key)
      return entry === undefined || entry.expiresAt < at ? undefined : entry
    },
  }
  const keep = (changes: readonly StateChange[]) => changes.map((change) => kept.set(change.key, change)).length
  return {
    take: (leadId: string, generation = 0, at = noon) => {
      const answer = takePlace(readCounter(state, 'flow:demo:day', leadId, at), { max: 2, per: 'day' }, generation)
      if (answer.type === 'admitted') keep(answer.state)
      return answer.type
    },
    giveBack: (leadId: string, generation = 0, at = noon) =>
      keep(giveBackPlace(readCounter(state, 'flow:demo:day', leadId, at), generation)),
    count: (at = noon) => readCounter(state, 'flow:demo:day', 'anybody', at).count,
    kept,
  }
}

describe('a counter', () => {
  it('has as many places as its cap says', () => {
    const { take, count } = openCounter()
    expect(['a', 'b', 'c'].map((lead) => take(lead))).toEqual(['admitted', 'admitted', 'refused'])
    expect(count()).toBe(2)
  })

  it('gives a lead one place, however often it asks', () => {
    const { take, count } = openCounter()
    expect(['a', 'a', 'a', 'b'].map((lead) => take(lead))).toEqual(['admitted', 'admitted', 'admitted', 'admitted'])
    expect(count()).toBe(2)
  })

  it('has a place again when a lead gives its own back, once', () => {
    const { take, giveBack, count } = openCounter()
    take('a')
    take('b')
    giveBack('a')
    giveBack('a')
    giveBack('c')
    expect(count()).toBe(1)
    expect([take('c'), take('d')]).toEqual(['admitted', 'refused'])
  })

  it('keeps the place of a replay when an earlier generation of the lead ends late', () => {
    const { take, giveBack, count } = openCounter()
    take('a', 0)
    take('a', 1)
    giveBack('a', 0)
    expect(count()).toBe(1)
    giveBack('a', 1)
    expect(count()).toBe(0)
  })

  it('lets a replay take the place that the lead had given back', () => {
    const { take, giveBack, count } = openCounter()
    take('a', 0)
    giveBack('a', 0)
    expect([take('a', 1), count()]).toEqual(['admitted', 1])
  })

  it('is kept for longer than its period and a lead’s way, and forgotten then', () => {
    const { take, count } = openCounter()
    take('a')
    expect([count(noon + 9 * day), count(noon + 9 * day + 1)]).toEqual([1, 0])
  })

  it('forgets a place that was given back at once', () => {
    const { take, giveBack, kept } = openCounter()
    take('a')
    giveBack('a')
    expect(kept.get('flow:demo:day a')?.expiresAt).toBe(0)
  })
})
