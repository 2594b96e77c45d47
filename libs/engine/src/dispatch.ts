import type { LogRecord } from '@leadline/log'
import type { Clock } from './clock.ts'
import { createDueQueue } from './due-queue.ts'
import type { Gate, Permission } from './gate.ts'
import { createHeldRecords } from './held-records.ts'
import { createQueue } from './queue.ts'
import type { Slots } from './slots.ts'
import type { Entry } from './window.ts'

/** Decides what starts next: one record per key at a time unless told otherwise, first come first served between keys, none before it is due. */
export interface Dispatch {
  add(entry: Entry): void
  /** Starts what may start. */
  pump(): void
  /** The record is done with: the next one of its key may start. */
  finished(entry: Entry): void
  /** Nothing will come of the record here, and none of its key may start: only what others share is given back. */
  abandoned(entry: Entry): void
  /** Nothing starts any more. */
  stop(): void
  /** Resolves when nothing runs, after `budgetMs` at the latest. */
  idle(budgetMs: number): Promise<void>
  readonly queued: number
  /** Of those that are queued, how many wait for nothing but a free slot. */
  readonly ready: number
  readonly running: number
  readonly waiting: number
}

export interface DispatchOptions {
  readonly clock: Clock
  readonly slots: Slots
  readonly run: (entry: Entry, record: LogRecord) => void
  /** Adds more when few are ready; says whether it did. */
  readonly refill: () => boolean
  readonly order: 'by-key' | 'none'
  readonly gate: Gate | undefined
  /** Moves a record out of the lane until `dueAt`; it counts as running meanwhile. */
  readonly park: (entry: Entry, record: LogRecord, dueAt: number) => void
  /** Records that may wait here for what they would use, in all and for one resource; more are parked. */
  readonly heldLimit: { readonly inAll: number; readonly perResource: number }
  readonly dueAt: ((record: LogRecord) => number) | undefined
  /** False while a start has to be announced first; whoever said no calls `pump` again through the callback. */
  readonly mayStart: (entry: Entry, again: () => void) => boolean
  /** One record at a time: some record of this lane has been ending the process. */
  readonly cautious: () => boolean
}

export function createDispatch(options: DispatchOptions): Dispatch {
  const { clock, slots, run, dueAt, mayStart, cautious, refill, order, gate, park, heldLimit } = options
  const ready = createQueue<Entry>()
  const held = createHeldRecords()
  const waiting = createDueQueue<Entry>()
  const tails = new Map<string | number, Entry>()
  let running = 0
  let queued = 0
  let stopped = false
  let timer: { readonly at: number; readonly cancel: () => void } | undefined
  let pumping = false
  /** Resources whose held records were refused for another reason than the gate's. */
  const interrupted = new Set<string>()
  const unsubscribe = gate?.onChange(retryHeld)
  let becameIdle = (): void => {}

  function add(entry: Entry): void {
    queued++
    if (order === 'none') return offer(entry)
    const tail = tails.get(entry.shard)
    tails.set(entry.shard, entry)
    if (tail === undefined) offer(entry)
    else tail.next = entry
  }

  function offer(entry: Entry): void {
    const due = entry.record === null || dueAt === undefined ? 0 : dueAt(entry.record)
    if (due <= clock.now()) ready.push(entry)
    else waiting.push(due, entry)
  }

  // A processor that answers at once comes back here while the loop below runs: the loop goes on by itself then.
  function pump(): void {
    if (pumping) return
    pumping = true
    for (const resource of [...interrupted]) retryHeld(resource)
    do {
      releaseDue()
      startReady()
    } while (refill())
    pumping = false
  }

  function startReady(): void {
    while (!stopped) {
      const entry = ready.peek()
      if (entry?.record == null || (running > 0 && cautious())) return
      if (!mayStart(entry, pump)) return
      const resource = resourceOf(entry, entry.record)
      if (resource !== undefined && held.count(resource) > 0 && !isCrowded(resource)) {
        // Behind those that wait already: first come, first served.
        ready.shift()
        held.push(resource, entry)
        continue
      }
      const admission = admit(entry, entry.record, resource, ready.shift)
      if (admission === 'no-slot') return
      if (admission === 'held' && resource !== undefined) {
        ready.shift()
        held.push(resource, entry)
      }
    }
  }

  function resourceOf(entry: Entry, record: LogRecord): string | undefined {
    entry.resource ??= gate?.resourceOf(record) ?? null
    return entry.resource ?? undefined
  }

  /** Starts or parks the entry after `leave` has taken it from where it waits; otherwise it stays there. */
  function admit(
    entry: Entry,
    record: LogRecord,
    resource: string | undefined,
    leave: () => unknown,
  ): 'begun' | 'held' | 'no-slot' {
    if (!slots.take(pump)) return 'no-slot'
    const permission: Permission =
      gate === undefined || resource === undefined ? { type: 'start' } : gate.ask(resource, isCrowded(resource))
    if (permission.type === 'hold') {
      slots.release()
      return 'held'
    }
    leave()
    queued--
    running++
    entry.state = 'running'
    if (permission.type === 'park') park(entry, record, permission.dueAt)
    else {
      entry.permitted = resource !== undefined
      run(entry, record)
    }
    return 'begun'
  }

  function isCrowded(resource: string): boolean {
    return held.size >= heldLimit.inAll || held.count(resource) >= heldLimit.perResource
  }

  /** Something about a resource has changed: asks for those that wait for it, until one has to wait again. */
  function retryHeld(resource: string): void {
    interrupted.delete(resource)
    for (let admission = 'begun'; !stopped && admission === 'begun'; ) {
      const entry = held.peek(resource)
      if (entry?.record == null) return
      const waits = (running > 0 && cautious()) || !mayStart(entry, pump)
      admission = waits ? 'no-slot' : admit(entry, entry.record, resource, () => held.shift(resource))
      // The gate will not tell again: whoever ends the wait pumps.
      if (admission === 'no-slot') interrupted.add(resource)
    }
  }

  function releaseDue(): void {
    const now = clock.now()
    for (let entry = waiting.shift(now); entry !== undefined; entry = waiting.shift(now)) ready.push(entry)
    const nextAt = waiting.nextAt()
    if (stopped || nextAt === undefined || (timer !== undefined && timer.at <= nextAt)) return
    timer?.cancel()
    const cancel = clock.after(nextAt - now, () => {
      timer = undefined
      pump()
    })
    timer = { at: nextAt, cancel }
  }

  function abandoned(entry: Entry): void {
    running--
    if (running === 0) becameIdle()
    if (!entry.permitted) return
    entry.permitted = false
    if (typeof entry.resource === 'string') gate?.release(entry.resource)
  }

  function finished(entry: Entry): void {
    abandoned(entry)
    if (entry.next !== null) offer(entry.next)
    else if (tails.get(entry.shard) === entry) tails.delete(entry.shard)
    entry.next = null
  }

  return {
    add,
    pump,
    finished,
    abandoned,
    stop: () => {
      stopped = true
      unsubscribe?.()
      timer?.cancel()
      timer = undefined
    },
    idle: (budgetMs) =>
      new Promise((resolve) => {
        if (running === 0) return resolve()
        const cancel = clock.after(budgetMs, resolve)
        becameIdle = () => {
          cancel()
          resolve()
        }
      }),
    get queued() {
      return queued
    },
    get ready() {
      return ready.size
    },
    get running() {
      return running
    },
    get waiting() {
      return waiting.size + held.size
    },
  }
}
