import type { Clock } from '@leadline/engine'

/** Time that passes only in `runUntil`, as fast as what is due can be done. */
export interface VirtualClock extends Clock {
  /** Lets time pass until `holds`, or throws when it has not after `deadlineMs`. Says how many milliseconds passed. */
  runUntil(holds: () => boolean, deadlineMs: number): Promise<number>
}

// What follows from a timer goes through the log in memory, which hands on in turns of the event loop.
const turnsUntilQuiet = 5

export function createVirtualClock(startMs = Date.UTC(2026, 0, 1)): VirtualClock {
  const timers = new Map<number, Set<() => void>>()
  let nowMs = startMs
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
      timers.delete(nowMs)
      for (const task of due) task()
      for (let turn = 0; turn < turnsUntilQuiet; turn++) await new Promise(setImmediate)
    } while (timers.has(nowMs))
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
        nowMs++
        await settle()
      }
      return nowMs - since
    },
  }
}
