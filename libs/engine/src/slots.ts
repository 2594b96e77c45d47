import { createQueue } from './queue.ts'

/** The calls a process may have in flight, shared by its lanes: whoever waits longest gets the next free one. */
export interface Slots {
  /** Takes a slot, or remembers `retry` to be called once when one is free. */
  take(retry: () => void): boolean
  release(): void
  readonly inUse: number
}

export function createSlots(limit: number): Slots {
  const waiting = createQueue<() => void>()
  const known = new Set<() => void>()
  let inUse = 0
  return {
    take: (retry) => {
      if (inUse < limit) {
        inUse++
        return true
      }
      if (!known.has(retry)) {
        known.add(retry)
        waiting.push(retry)
      }
      return false
    },
    release: () => {
      inUse--
      // Whoever is called may have stopped meanwhile: the free slot is then offered to the next one.
      for (let next = waiting.shift(); next !== undefined; next = inUse < limit ? waiting.shift() : undefined) {
        known.delete(next)
        next()
      }
    },
    get inUse() {
      return inUse
    },
  }
}
