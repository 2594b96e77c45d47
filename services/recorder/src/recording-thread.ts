import type { Worker } from 'node:worker_threads'
import { LeadlineError } from '@leadline/domain'
import { startThread } from '@leadline/service'
import type { RecordToKeep } from './read-stored-event.ts'
import type { RecordKeeper } from './record-keeper.ts'
import type { Failure, RecordingAnswer, RecordingOptions, RecordingRequest, SettledMessage } from './recording-messages.ts'

export interface RecordingThread extends RecordKeeper, AsyncDisposable {}

interface Waiter {
  readonly record: RecordToKeep
  readonly resolve: () => void
  readonly reject: (error: LeadlineError) => void
}

/** A commit of the store costs as much as some dozen events: records wait so long for others that share theirs. */
const gatherMs = 50
/** So many do not wait, and no message is much larger. */
const sendFrom = { records: 1_024, bytes: 8 * 1_048_576 }

/** What cannot be kept in this time is left for the next start: a schema registry can take a minute not to answer. */
const usualCloseMs = 5_000

interface ThreadOptions {
  readonly startWorker?: typeof newWorker
  /** How long ending waits for what was given before, in milliseconds. */
  readonly closeMs?: number
}

/**
 * Keeps records on a thread of its own, which has the event store's file open for writing: decoding and SQLite's commits hold up nobody
 * else. A thread that breaks off fails what it had with STORE_UNAVAILABLE, and the next record opens another one.
 * Rejects with what opening the store rejects with.
 */
export async function openRecordingThread(
  options: RecordingOptions,
  { startWorker = newWorker, closeMs = usualCloseMs }: ThreadOptions = {},
): Promise<RecordingThread> {
  let gathered: Waiter[] = []
  let gatheredBytes = 0
  let closed = false
  let timer: NodeJS.Timeout | undefined
  let running = superviseThread(options, startWorker)
  await running.opened

  function send(): void {
    clearTimeout(timer)
    timer = undefined
    const waiters = gathered
    gathered = []
    gatheredBytes = 0
    if (waiters.length === 0) return
    try {
      if (running.ended && !closed) running = superviseThread(options, startWorker)
      running.keep(waiters)
    } catch (cause) {
      // Nothing was sent: there is no memory, or no thread, for it.
      for (const { reject } of waiters) reject(unavailable(options, 'cannot be given records', cause))
    }
  }

  return {
    keep: (record) =>
      new Promise((resolve, reject) => {
        if (closed) return reject(unavailable(options, 'is closed'))
        gathered.push({ record, resolve, reject })
        gatheredBytes += record.value?.length ?? 0
        if (gathered.length >= sendFrom.records || gatheredBytes >= sendFrom.bytes) send()
        else timer ??= setTimeout(send, gatherMs)
      }),
    [Symbol.asyncDispose]: async () => {
      if (closed) return
      closed = true
      send()
      await running.close(closeMs)
    },
  }
}

interface RunningThread {
  readonly opened: Promise<void>
  readonly ended: boolean
  keep(waiters: readonly Waiter[]): void
  /** Resolves once everything is answered, or after that time, and the file is closed. */
  close(withinMs: number): Promise<void>
}

interface Batch {
  readonly waiters: readonly Waiter[]
  /** Not settled yet. */
  left: number
}

function superviseThread(options: RecordingOptions, startWorker: typeof newWorker): RunningThread {
  const thread = startWorker(options)
  const opening = Promise.withResolvers<void>()
  const exiting = Promise.withResolvers<void>()
  const batches = new Map<number, Batch>()
  let nextBatch = 0
  let closing = false
  let ended: LeadlineError | undefined
  const ask = (request: RecordingRequest, handedOver: ArrayBuffer[] = []): void => thread.postMessage(request, handedOver)

  function end(why: LeadlineError): void {
    ended ??= why
    opening.reject(why)
    // Those that are settled already hear nothing of it.
    for (const { waiters } of batches.values()) for (const waiter of waiters) waiter.reject(why)
    batches.clear()
  }

  function settle({ batch: number, kept, failed }: SettledMessage): void {
    const batch = batches.get(number)
    if (batch === undefined) return
    for (const index of kept) batch.waiters[index]?.resolve()
    for (const { index, failure } of failed) batch.waiters[index]?.reject(errorOf(failure))
    batch.left -= kept.length + failed.length
    if (batch.left === 0) batches.delete(number)
    closeWhenDone()
  }

  function closeWhenDone(): void {
    if (closing && batches.size === 0) ask({ type: 'close' })
  }

  // Its opening is looked at by whoever opens the first one; with a later one only its records fail.
  opening.promise.catch(() => undefined)
  thread.on('message', (answer: RecordingAnswer) => {
    if (answer.type === 'open') opening.resolve()
    else if (answer.type === 'refused') end(errorOf(answer.failure))
    else settle(answer)
  })
  thread.on('error', (error) => end(unavailable(options, `broke off: ${error instanceof Error ? error.message : error}`, error)))
  thread.on('exit', () => {
    end(unavailable(options, 'ended'))
    exiting.resolve()
  })

  return {
    opened: opening.promise,
    get ended() {
      return ended !== undefined
    },
    keep(waiters) {
      const values = concatenated(waiters)
      const batch = nextBatch++
      batches.set(batch, { waiters, left: waiters.length })
      if (ended !== undefined) return end(ended)
      ask(
        {
          type: 'records',
          batch,
          topics: waiters.map(({ record }) => record.topic),
          partitions: waiters.map(({ record }) => record.partition),
          offsets: waiters.map(({ record }) => record.offset),
          lengths: waiters.map(({ record }) => record.value?.length ?? 0),
          values,
        },
        [values.buffer],
      )
    },
    async close(withinMs) {
      closing = true
      closeWhenDone()
      const timer = setTimeout(() => void thread.terminate(), withinMs)
      await exiting.promise
      clearTimeout(timer)
    },
  }
}

/** Opens the thread; a test puts one in its place that it can end. */
function newWorker(options: RecordingOptions): Worker {
  return startThread(new URL('./recording-thread-main.ts', import.meta.url), options)
}

/** In memory of its own: of a part of a larger one the whole would go to the thread. */
function concatenated(waiters: readonly Waiter[]): Uint8Array<ArrayBuffer> {
  const values = new Uint8Array(waiters.reduce((sum, { record }) => sum + (record.value?.length ?? 0), 0))
  let at = 0
  for (const { record } of waiters) {
    if (record.value === null) continue
    values.set(record.value, at)
    at += record.value.length
  }
  return values
}

const errorOf = ({ code, message }: Failure): LeadlineError => new LeadlineError(code, message)

function unavailable({ file }: RecordingOptions, what: string, cause?: unknown): LeadlineError {
  return new LeadlineError('STORE_UNAVAILABLE', `the thread that records in event store ${file} ${what}`, { cause })
}
