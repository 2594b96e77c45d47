import { setImmediate as nextTurn } from 'node:timers/promises'
import type { LeadlineError } from '@leadline/domain'
import type { Completion, Processor } from '@leadline/engine'
import { headers, type ReplayOrder } from '@leadline/events'
import type { LogRecord, OutgoingRecord } from '@leadline/log'
import { rawDeadLetter, toRecord } from '@leadline/walk'
import { type RecorderReports, silentReports } from './reports.ts'
import { retryUnavailable } from './retry-unavailable.ts'
import { type ChunkTools, runChunk } from './run-chunk.ts'

export interface ReplayerTools extends Omit<ChunkTools, 'reports'> {
  readonly now: () => number
  readonly reports?: RecorderReports
}

/**
 * Runs replay orders, chunk by chunk. A chunk's leads, the memory of having started them and the order for the next chunk become visible
 * together, so a crash neither loses nor repeats one; the next order waits for its due time, and that is the rate limit.
 */
export function replayerProcessor(tools: ReplayerTools): Processor {
  const { codec, topics, now, reports = silentReports } = tools
  const oneAtATime = createQueue()
  return {
    name: 'replayer',
    topics: [topics.replays],
    stateTopic: topics.state('replayer'),
    dueAt: (record) => Number(record.headers[headers.dueAt]?.toString('latin1')) || 0,
    process: async (record, { signal, state }) => {
      const order = await codec.decode('replay-order', record.value ?? Buffer.alloc(0))
      if (order.status === 'completed') return { records: [] }
      return oneAtATime(async () => {
        const run = () => runChunk(order, { ...tools, reports }, { state, now })
        const chunk = await retryUnavailable(run, { signal, failed: reports.unavailable })
        return { records: [...chunk.records, orderRecord(chunk.next, chunk.count, tools)], state: chunk.state }
      })
    },
    poisoned: (record, error) => stopOrder(record, error, tools),
  }
}

/** Due when as many as the last chunk started have taken their time at the order's rate. */
function orderRecord(next: ReplayOrder, count: number, { codec, topics }: ReplayerTools): OutgoingRecord {
  const waitMs = Math.ceil((1_000 * count) / next.leadsPerSecond)
  return {
    topic: topics.replays,
    key: Buffer.from(next.replayId),
    value: codec.encode('replay-order', next),
    headers: { [headers.dueAt]: String(next.updatedAt + waitMs) },
  }
}

/** An order that cannot go on is a dead letter; when it is readable it also ends, so that nobody waits for it. */
function stopOrder(record: LogRecord, error: LeadlineError, tools: ReplayerTools): Completion {
  const { codec, topics, now } = tools
  const deadLetter = rawDeadLetter(record, error.code === 'RECORD_UNDECODABLE' ? 'undecodable' : 'invalid', error, now())
  const records: OutgoingRecord[] = [toRecord({ type: 'dead-letter', event: deadLetter }, { codec, topics })]
  const order = readAtOnce(record, tools)
  if (order === undefined) return { records }
  return { records: [...records, orderRecord({ ...order, status: 'completed', updatedAt: now() }, 0, tools)] }
}

function readAtOnce(record: LogRecord, { codec }: ReplayerTools): ReplayOrder | undefined {
  try {
    const order = codec.decode('replay-order', record.value ?? Buffer.alloc(0))
    return order instanceof Promise ? undefined : order
  } catch {
    return undefined
  }
}

/**
 * Orders share leads, and what one chunk started must be in the lane's state when the next chunk looks. The engine applies it
 * right after the chunk's promise, so the next one begins a turn later.
 */
function createQueue() {
  let last: Promise<unknown> = Promise.resolve()
  return <Result>(work: () => Promise<Result>): Promise<Result> => {
    const result = last.then(work)
    last = result.then(
      () => nextTurn(),
      () => nextTurn(),
    )
    return result
  }
}
