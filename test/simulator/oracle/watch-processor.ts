import type { Completion, Gate, ProcessContext, Processor } from '@leadline/engine'
import { headers } from '@leadline/events'
import type { LogRecord, OutgoingRecord } from '@leadline/log'
import type { Ownership } from './ownership.ts'
import type { Report } from './violation.ts'
import type { CommitWatch } from './watch-commits.ts'

/** A completion, and the input it was made for. */
export interface Made {
  readonly processor: string
  readonly input: LogRecord
  readonly records: readonly OutgoingRecord[]
}

/** Remembers which input each emitted record came from: the engine hands the very objects on to the log. */
export interface Origins {
  of(record: OutgoingRecord): Made | undefined
  remember(made: Made): void
}

export function createOrigins(): Origins {
  const origins = new WeakMap<OutgoingRecord, Made>()
  return {
    of: (record) => origins.get(record),
    remember: (made) => {
      for (const record of made.records) origins.set(record, made)
    },
  }
}

export interface WatchOptions {
  readonly processor: Processor
  readonly origins: Origins
  readonly group: string
  /** The process that runs it. */
  readonly by: string
  readonly ownership: Ownership
  readonly openBefore: CommitWatch['openBefore']
  readonly inFlight: number
  /** The latest time that the process's clock has shown. */
  readonly latestMs: () => number
  readonly report: Report
}

/** One opening of a lane, known by the signal its records get. */
interface LaneRun {
  readonly keys: Map<string, { offset: number; ended: boolean }>
  /** Offsets of the records that have been started, or have been given an end without that. */
  readonly begun: Set<number>
}

type Remember = (input: LogRecord, completion: Completion, context: ProcessContext) => Completion

function watchGate(gate: Gate, remember: Remember): Gate {
  return {
    ...gate,
    park: (record, dueAt, context) => {
      const parked = gate.park(record, dueAt, context)
      return parked instanceof Promise
        ? parked.then((completion) => remember(record, completion, context))
        : remember(record, parked, context)
    },
  }
}

/** The processor as it is, with every start and every result looked at. */
export function watchProcessor(options: WatchOptions): Processor {
  const { processor, origins, group, by, ownership, openBefore, inFlight, latestMs, report } = options
  const runs = new WeakMap<AbortSignal, LaneRun>()
  const starts = new Map<string, number>()
  let running = 0

  /** Within one turn of its owner a record starts once. */
  function countStart({ topic, partition, offset }: LogRecord): void {
    const record = `${topic}/${partition}@${offset}`
    const times = (starts.get(record) ?? 0) + 1
    starts.set(record, times)
    const turns = ownership.turns({ group, topic, partition }, by)
    if (times > turns) report('started twice', `${processor.name} ${record}: ${times} times by ${by} in ${turns} turns`)
  }

  function runOf(signal: AbortSignal): LaneRun {
    const run = runs.get(signal) ?? { keys: new Map(), begun: new Set() }
    runs.set(signal, run)
    return run
  }

  function started(record: LogRecord, context: ProcessContext): () => void {
    const where = `${processor.name} ${record.topic}/${record.partition}@${record.offset}`
    const run = runOf(context.signal)
    countStart(record)
    const dueAt = processor.dueAt?.(record) ?? 0
    // What was due when the clock was set back stays due.
    if (dueAt > latestMs()) report('started before due', `${where}: ${dueAt - latestMs()} ms early`)
    if (++running > inFlight) report('too many in flight', `${where}: ${running} of ${inFlight}`)
    const start = { offset: record.offset, ended: false }
    if (record.key !== null) checkKey(run, record.key.toString('latin1'), { start, where })
    for (const offset of openBefore({ group, record }))
      if (!run.begun.has(offset)) report('key order', `${where} before ${offset}`)
    run.begun.add(record.offset)
    return () => {
      start.ended = true
      running--
    }
  }

  function checkKey(run: LaneRun, key: string, { start, where }: { start: { offset: number; ended: boolean }; where: string }) {
    const last = run.keys.get(key)
    if (last !== undefined && !last.ended) report('two of a key at once', `${where} while ${last.offset} runs`)
    if (last !== undefined && last.offset > start.offset) report('key order', `${where} after ${last.offset}`)
    run.keys.set(key, start)
  }

  /** Parked work is back where it came from when it is due, however often it was written again before. */
  function checkReturn(input: LogRecord, records: readonly OutgoingRecord[]): void {
    const earlyMs = Number(input.headers[headers.dueAt] ?? 0) - latestMs()
    const origin = String(input.headers[headers.originTopic])
    if (earlyMs > 0 && records.some(({ topic }) => topic === origin))
      report('started before due', `${input.topic}/${input.partition}@${input.offset}: back at ${origin} ${earlyMs} ms early`)
  }

  function remember(input: LogRecord, completion: Completion, { signal }: ProcessContext): Completion {
    runOf(signal).begun.add(input.offset)
    checkReturn(input, completion.records)
    ownership.finished({ group, topic: input.topic, partition: input.partition }, by, input.offset)
    origins.remember({ processor: processor.name, input, records: completion.records })
    return completion
  }

  return {
    ...processor,
    process: (record, context) => {
      const ended = started(record, context)
      try {
        const result = processor.process(record, context)
        if (!(result instanceof Promise)) {
          ended()
          return remember(record, result, context)
        }
        return result.then((completion) => remember(record, completion, context)).finally(ended)
      } catch (error) {
        ended()
        throw error
      }
    },
    poisoned: (record, error, context) => remember(record, processor.poisoned(record, error, context), context),
    ...(processor.gate !== undefined && { gate: watchGate(processor.gate, remember) }),
  }
}
