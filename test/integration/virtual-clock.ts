import type { Clock } from '@leadline/engine'

/** Time that passes only in `runUntil`, as fast as what is due can be done: over time in which nothing is due it jumps. */
export interface VirtualClock extends Clock {
  /** Lets time pass until `holds`, or throws when it has not after `deadlineMs`. Says how many milliseconds passed. */
  runUntil(holds: () => boolean, deadlineMs: number): Promise<number>
}

// What follows from a timer goes through the log in memory, which hands on in turns of the event loop.
const turnsUntilQuiet = 5
/** So long after the last timer all that follows from it has come through the log, however many records it was about. */
const quietAfterMs = 100

export function createVirtualClock(startMs = Date.UTC(2026, 0, 1)): VirtualClock {
  const timers = new Map<number, Set<() => void>>()
  let nowMs = startMs
  let lastDueMs = startMs
  let chance = 1

  function after(delayMs: number, task: () => void): () => void {
    const at = nowMs + Math.max(0, Math.ceil(delayMs))
    // A function of its own, so that two equal tasks are two timers.
    const own = (): void => task()
    const due = timers.get(at) ?? new Set()
    timers.set(at, due.add(own))
    return () => void due.delete(own)
  }

  /** Does what is due now, and what follows from it without time passing. */
  async function settle(): Promise<void> {
    do {
      const due = timers.get(nowMs) ?? []
      if (timers.delete(nowMs)) lastDueMs = nowMs
      for (const task of due) task()
      for (let turn = 0; turn < turnsUntilQuiet; turn++) await new Promise(setImmediate)
    } while (timers.has(nowMs))
  }

  function nextMs(): number {
    if (nowMs < lastDueMs + quietAfterMs || timers.size === 0) return nowMs + 1
    return Math.min(...timers.keys())
  }

  return {
    now: () => nowMs,
    random: () => {
      chance = (chance * 48_271) % 2_147_483_647
      return chance / 2_147_483_647
    },
    after,
    runUntil: async (holds, deadlineMs) => {
      const since = nowMs
      while (!holds()) {
        if (nowMs - since > deadlineMs) throw new Error(`not after ${deadlineMs} ms: ${holds.toString()}`)
        nowMs = nextMs()
        await settle()
      }
      return nowMs - since
    },
  }
}
