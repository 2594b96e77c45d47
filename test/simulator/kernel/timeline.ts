import { createEventHeap, type SimEvent } from './event-heap.ts'
import type { Trace } from './trace.ts'

/** Virtual time and the one queue of events. Nothing happens between two events. */
export interface Timeline {
  /** Virtual milliseconds since the run began. */
  now(): number
  /** Runs `task` as an event of its own, with everything that follows from it at once. Returns what cancels it. */
  schedule(delayMs: number, label: string, task: () => void): () => void
  /** Runs events until nothing is left (`quiet`), virtual time would pass `untilMs` or so many events that no end is in sight (`late`), or `stop` was called. */
  run(untilMs: number): Promise<'quiet' | 'late' | 'stopped'>
  stop(): void
  readonly events: number
}

// Node drains the microtasks between two immediates of one turn, and a turn costs a system call or two.
const eventsPerTurn = 64
// Twenty times what a usual run has.
const mostEvents = 40_000

export function createTimeline(trace: Trace, threw: (error: unknown) => void): Timeline {
  const heap = createEventHeap()
  let nowMs = 0
  let order = 0
  let events = 0
  let stopped = false

  function nextEvent(): SimEvent | undefined {
    for (let event = heap.peek(); event !== undefined && event.task === null; event = heap.peek()) heap.pop()
    return heap.peek()
  }

  function runNext(untilMs: number): 'ran' | 'quiet' | 'late' | 'stopped' {
    if (stopped) return 'stopped'
    const event = nextEvent()
    if (event === undefined) return 'quiet'
    if (event.at > untilMs || events >= mostEvents) return 'late'
    heap.pop()
    nowMs = event.at
    events++
    trace.note(nowMs, event.label)
    try {
      event.task?.()
    } catch (error) {
      threw(error)
    }
    return 'ran'
  }

  return {
    now: () => nowMs,
    schedule: (delayMs, label, task) => {
      const event: SimEvent = { at: nowMs + Math.max(0, Math.ceil(delayMs)), order: order++, label, task }
      heap.push(event)
      return () => {
        event.task = null
      }
    },
    run: (untilMs) =>
      new Promise((resolve) => {
        let ended = false
        const step = (): void => {
          if (ended) return
          const result = runNext(untilMs)
          if (result === 'ran') return
          ended = true
          resolve(result)
        }
        const turn = (): void => {
          for (let i = 0; i < eventsPerTurn; i++) setImmediate(step)
          setImmediate(() => void (ended || turn()))
        }
        turn()
      }),
    stop: () => {
      stopped = true
    },
    get events() {
      return events
    },
  }
}
