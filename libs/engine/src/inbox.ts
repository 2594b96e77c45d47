import type { Delivery, LogLane, LogRecord } from '@leadline/log'
import type { EngineLimits } from './limits.ts'
import { createQueue } from './queue.ts'
import type { Entry, Window } from './window.ts'

/** Delivered records that are not tracked yet: they wait here while the window has no room, and the partition is paused meanwhile. */
export interface Inbox {
  push(delivery: Delivery): void
  /** Moves into the window what it has room for, while few could start; says whether there may be more to start now. */
  pump(): boolean
  close(): void
}

export interface InboxOptions {
  readonly lane: LogLane
  readonly window: Window
  readonly limits: EngineLimits
  readonly accept: (entry: Entry) => void
  /** How many of what was accepted could start. */
  readonly ready: () => number
}

export function createInbox({ lane, window, limits, accept, ready }: InboxOptions): Inbox {
  const waiting = createQueue<Delivery>()
  let next = 0
  let paused = false
  let closed = false

  const isFull = (share: number): boolean =>
    ready() >= limits.readyRecords * share ||
    window.undone >= limits.laneRecords * share ||
    window.undoneBytes >= limits.laneBytes * share

  /** False when the window has no room for the rest. */
  function trackAll(records: readonly LogRecord[]): boolean {
    while (next < records.length) {
      const record = records[next]
      if (isFull(1) || !window.hasRoom(record?.offset)) return false
      next++
      const entry = record && window.track(record)
      if (entry !== undefined) accept(entry)
    }
    return true
  }

  function pump(): boolean {
    if (closed) return false
    const before = window.undone
    for (let delivery = waiting.peek(); delivery !== undefined; delivery = waiting.peek()) {
      if (!trackAll(delivery.records)) break
      window.cover(delivery.nextOffset)
      waiting.shift()
      next = 0
    }
    const moved = window.undone > before
    const left = waiting.size
    adjustFlow()
    // A partition that goes on can bring something at once.
    return moved || waiting.size > left
  }

  function adjustFlow(): void {
    const backlog = waiting.size > 0 || isFull(1) || !window.hasRoom()
    if (backlog && !paused) {
      paused = true
      lane.pause()
    } else if (paused && waiting.size === 0 && !isFull(0.5) && window.hasRoom()) {
      paused = false
      lane.resume()
    }
  }

  return {
    push: (delivery) => {
      waiting.push(delivery)
      // The first one is looked at as soon as the lane gets to it.
      if (waiting.size > 1) adjustFlow()
    },
    pump,
    close: () => {
      closed = true
    },
  }
}
