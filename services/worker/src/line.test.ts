import type { StateChange, StateEntry } from '@leadline/engine'
import type { StepWork } from '@leadline/events'
import type { Step } from '@leadline/flows'
import { describe, expect, it } from 'vitest'
import { joined, type Line, left, lookAgainAt, mustFollow, readLine } from './line.ts'

const step = { order: 'follow' } as Step
const work = { flow: 'mortgage', step: 'crm', orderKey: 'ann' } as StepWork

/** One line, kept as state and read back after every change. */
function openLine() {
  const entries = new Map<string, StateEntry>()
  const state = { get: (key: string) => entries.get(key) }
  const read = (): Line => readLine(step, work, { state, now: () => 0 }) as Line
  const write = (changes: readonly StateChange[]) => {
    for (const { key, ...entry } of changes) entries.set(key, entry)
  }
  return {
    read,
    join: (leadId: string, dueAt: number) => write([joined(read(), leadId, dueAt, 0)]),
    leave: (leadId: string) => write(left(read(), leadId, 0)),
  }
}

describe('a line of leads', () => {
  it('is waited in until soon after its first lead is due, whoever was first before', () => {
    const line = openLine()
    line.join('a', 10)
    line.join('b', 100)
    line.join('c', 10)

    line.leave('a')

    expect(mustFollow(line.read(), 'c')).toBe(true)
    expect(lookAgainAt(line.read(), 50)).toBe(600)
  })

  it('keeps the place of a lead that waits once more', () => {
    const line = openLine()
    line.join('a', 10)
    line.join('b', 20)

    line.join('a', 30)

    expect(mustFollow(line.read(), 'a')).toBe(false)
    expect(lookAgainAt(line.read(), 30)).toBe(530)
  })

  it('is looked at more and more seldom while its first lead is late, but every half minute', () => {
    const line = openLine()
    line.join('a', 10_000)
    line.join('b', 10_000)

    expect([11_000, 14_000, 30_000, 3_600_000].map((now) => lookAgainAt(line.read(), now) - now)).toEqual([
      500, 2_000, 10_000, 30_000,
    ])
  })

  it('is left by a lead that is through, from any place', () => {
    const line = openLine()
    line.join('a', 10)
    line.join('b', 20)
    line.join('c', 30)

    line.leave('b')
    line.leave('a')

    expect(mustFollow(line.read(), 'c')).toBe(false)
  })
})
