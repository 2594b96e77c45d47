import { LeadlineError, toLeadlineError } from '@leadline/domain'
import type { Delivery, LanePosition, Log, LogLane, LogRecord, OutgoingRecord } from '@leadline/log'
import type { Clock } from './clock.ts'
import { createCommitter } from './committer.ts'
import { createDispatch } from './dispatch.ts'
import { findTooLarge } from './find-too-large.ts'
import { createFlusher, type LaneEnd } from './flusher.ts'
import { createInbox } from './inbox.ts'
import { restoreState } from './lane-state.ts'
import type { EngineLimits } from './limits.ts'
import type { EngineObserver, LaneReport } from './observer.ts'
import { decodeMetadata, type LaneMetadata } from './offset-map.ts'
import type { Completion, ProcessContext, Processor } from './processor.ts'
import type { Slots } from './slots.ts'
import { delay } from './system-clock.ts'
import { createWindow, type Entry } from './window.ts'

export interface LaneTools {
  readonly processor: Processor
  readonly log: Log
  readonly clock: Clock
  readonly limits: EngineLimits
  readonly slots: Slots
  readonly observer: EngineObserver
  /** Told of records that are committed. */
  readonly taken: (records: readonly OutgoingRecord[]) => void
  /** Called when the lane has ended because somebody else committed on it, though it is ours: it must be opened again from there. */
  readonly overtaken: (position: LanePosition) => void
}

/** How often a record must have been started alone without a result: a lane can be lost at that moment by chance. */
const convictAfter = 5

/** Between two tries of a record whose processing needs something that is away. */
const awayWaitMs = 1_000

/** A partition at work. One event loop owns it; callbacks only enqueue. */
export interface Lane {
  /** `closing`: lets what runs end (bounded), commits it, stops. `lost`: tries one last commit, which the new owner may already have fenced, and stops. */
  stop(how: 'closing' | 'lost'): Promise<void>
  report(): LaneReport
}

/** Opens a lane from its committed `position`: restores window and state, then starts delivery. Throws LOG_FOREIGN_METADATA, LOG_MISMATCH. */
export async function openLane(logLane: LogLane, position: LanePosition, tools: LaneTools): Promise<Lane> {
  const { processor, log, clock, limits, slots, observer, taken } = tools
  const { base, starts, suspect, runs } = await readPosition(logLane, position, log)
  const state = await restoreState(log, processor.stateTopic, logLane.partition)
  const stopping = new AbortController()
  const { signal } = stopping
  let halted = false
  const context: ProcessContext = { now: clock.now, random: clock.random, signal, state }
  const window = createWindow(base, runs)
  const owner = Array.from({ length: 12 }, () => Math.floor(clock.random() * 16).toString(16)).join('')
  const committer = createCommitter({ lane: logLane, position, owner, clock, signal, observer })
  const flusher = createFlusher({
    lane: logLane,
    window,
    state,
    committer,
    clock,
    limits,
    observer,
    taken,
    starts,
    suspect,
    commitBytesPerTopic: log.limits.commitBytesPerTopic,
    settled: () => dispatch.pump(),
    ended: (why) => end(why),
  })
  const dispatch = createDispatch({
    clock,
    slots,
    run,
    refill: () => inbox.pump(),
    order: processor.order ?? 'by-key',
    dueAt: processor.dueAt,
    gate: processor.gate,
    park,
    heldLimit: { inAll: limits.laneRecords / 4, perResource: limits.laneRecords / 10 },
    mayStart: flusher.mayStart,
    cautious: flusher.cautious,
  })
  const inbox = createInbox({ lane: logLane, window, limits, accept: dispatch.add, ready: () => dispatch.ready })

  function run(entry: Entry, record: LogRecord): void {
    if (record.offset === suspect && starts >= limits.startsBeforeCaution + convictAfter)
      return finish(entry, poison(record, killer(record, starts)))
    work(entry, record, () => processor.process(record, context))
  }

  function park(entry: Entry, record: LogRecord, dueAt: number): void {
    work(entry, record, () => processor.gate?.park(record, dueAt, context) ?? { records: [] })
  }

  function work(entry: Entry, record: LogRecord, begin: () => Promise<Completion> | Completion): void {
    const onError = (thrown: unknown): void => failed(entry, record, toLeadlineError(thrown), () => work(entry, record, begin))
    let result: Promise<Completion> | Completion
    try {
      result = begin()
    } catch (thrown) {
      return onError(thrown)
    }
    if (result instanceof Promise) result.then((completion) => finish(entry, completion), onError)
    else finish(entry, result)
  }

  /** That the log, the registry or the store is away is not the record's fault: it is done again until they are back. */
  function failed(entry: Entry, record: LogRecord, error: LeadlineError, again: () => void): void {
    const away = error.code === 'LOG_UNAVAILABLE' || error.code === 'LOG_REFUSED' || error.code === 'STORE_UNAVAILABLE'
    if (!away || signal.aborted) return finish(entry, poison(record, error))
    void delay(clock, awayWaitMs * (0.5 + clock.random()), signal).then(() =>
      signal.aborted ? finish(entry, { records: [] }) : again(),
    )
  }

  /** The record's dead letter. Without one the record can be neither skipped nor tried for ever: the lane stops, and the answer is undefined. */
  function poison(record: LogRecord, error: LeadlineError): Completion | undefined {
    observer.poisoned(logLane, error)
    try {
      const deadLetter = processor.poisoned(record, error, context)
      const refused = tooLarge(deadLetter)
      if (refused === undefined) return deadLetter
      halt(noDeadLetter(record, refused))
    } catch (thrown) {
      halt(noDeadLetter(record, toLeadlineError(thrown)))
    }
    return undefined
  }

  function finish(entry: Entry, result: Completion | undefined): void {
    const completion = result && fitting(entry, result)
    if (signal.aborted || completion === undefined) {
      dispatch.abandoned(entry)
      slots.release()
      return observer.orphaned(logLane, 1)
    }
    state.apply(completion.state ?? [], entry.offset)
    // First the permit, then the slot: whoever takes the slot asks for a permit.
    dispatch.finished(entry)
    slots.release()
    flusher.add(entry, completion)
    dispatch.pump()
  }

  function fitting({ record }: Entry, completion: Completion): Completion | undefined {
    if (record === null || signal.aborted) return completion
    const refused = tooLarge(completion)
    return refused === undefined ? completion : poison(record, refused)
  }

  function tooLarge(completion: Completion): LeadlineError | undefined {
    return findTooLarge(completion, state, log.limits.recordBytes)
  }

  /** Nothing starts any more; what runs is waited for and committed. */
  function halt(error: LeadlineError): void {
    if (halted || signal.aborted) return
    halted = true
    observer.laneStopped(logLane, error)
    void stop('closing')
  }

  function end(why: LaneEnd): void {
    if (signal.aborted) return
    if (why.type === 'failed') observer.laneStopped(logLane, why.error)
    else observer.fenced(logLane)
    die()
    if (why.type === 'overtaken') tools.overtaken(why.position)
  }

  function die(): void {
    if (signal.aborted) return
    const dropped = flusher.pending
    stopping.abort()
    dispatch.stop()
    flusher.stop()
    if (dropped > 0) observer.orphaned(logLane, dropped)
  }

  async function stop(how: 'closing' | 'lost'): Promise<void> {
    logLane.pause()
    inbox.close()
    dispatch.stop()
    if (how === 'closing') await dispatch.idle(limits.drainMs)
    // Bounded too: with the log away, what is not committed is done again by the next owner.
    await Promise.race([flusher.drain(), delay(clock, limits.drainMs, signal)])
    die()
  }

  logLane.resume()
  logLane.start(base, (delivery: Delivery) => {
    if (signal.aborted) return
    inbox.push(delivery)
    dispatch.pump()
  })

  return {
    stop,
    report: () => {
      const oldest = window.oldest()
      return {
        group: logLane.group,
        topic: logLane.topic,
        partition: logLane.partition,
        base: window.base,
        span: window.span,
        undone: window.undone,
        undoneBytes: window.undoneBytes,
        queued: dispatch.queued,
        running: dispatch.running,
        waiting: dispatch.waiting,
        oldest: oldest === undefined ? null : { offset: oldest.offset, timestamp: oldest.timestamp },
        stateEntries: state.size,
        stateBytes: state.bytes,
      }
    },
  }
}

/** What is committed, checked against the log: a map that reaches beyond the log's end is not of this log. */
async function readPosition(
  { topic, partition }: LogLane,
  position: LanePosition,
  log: Log,
): Promise<Omit<LaneMetadata, 'stamp'>> {
  const ends = (await log.ends(topic)).find((end) => end.partition === partition)
  if (ends === undefined) throw new LeadlineError('LOG_MISMATCH', `${topic} has no partition ${partition}`)
  const fresh = { starts: 0, suspect: null, runs: [] }
  if (position.offset === null) return { ...fresh, base: ends.start }
  // An operator who resets the offset leaves no metadata: everything from there on is to be done again.
  if (position.metadata === '') return { ...fresh, base: Math.max(position.offset, ends.start) }
  const metadata = decodeMetadata(position.metadata)
  const span = metadata.runs.reduce((sum, run) => sum + run, 0)
  if (metadata.base !== position.offset || metadata.base + span > ends.end) {
    throw new LeadlineError(
      'LOG_FOREIGN_METADATA',
      `${topic}/${partition}: the metadata of offset ${position.offset} speaks of offsets up to ${metadata.base + span}, the log ends at ${ends.end}`,
    )
  }
  return metadata
}

function noDeadLetter({ topic, partition, offset }: LogRecord, cause: LeadlineError): LeadlineError {
  const fields = { ...cause.fields, topic, partition, offset }
  const message = `${topic}/${partition} cannot go on: for offset ${offset} there can be no dead letter: ${cause.message}`
  return new LeadlineError(cause.code, message, { cause, fields })
}

function killer(record: LogRecord, starts: number): LeadlineError {
  return new LeadlineError(
    'RECORD_POISONOUS',
    `processing ended the process: started alone after ${starts} starts without a result`,
    {
      fields: { offset: record.offset, starts },
    },
  )
}
