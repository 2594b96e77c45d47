import { type MessagePort, parentPort } from 'node:worker_threads'
import { toLeadlineError } from '@leadline/domain'
import { openCodec, topicNames } from '@leadline/events'
import { openSqliteStore } from '@leadline/store'
import type { RecordToKeep } from './read-stored-event.ts'
import { keepHere, type RecordKeeper } from './record-keeper.ts'
import type { Failure, RecordingAnswer, RecordingOptions, RecordingRequest, RecordsMessage } from './recording-messages.ts'

/** What `startThread` calls. */
export async function runThread(options: RecordingOptions): Promise<void> {
  if (parentPort !== null) await serve(parentPort, options)
}

/** What arrives while one commit runs shares the next. */
async function serve(port: MessagePort, { file, topicPrefix, registry }: RecordingOptions): Promise<void> {
  const answer = (message: RecordingAnswer): void => port.postMessage(message)
  try {
    await using opened = new AsyncDisposableStack()
    const store = opened.use(await openSqliteStore({ file }))
    // It only reads, which every codec does for every encoding; one that writes Avro would register its schemas.
    const codec = await openCodec({ encoding: 'json', registry })
    const keeper = keepHere({ store, codec, topics: topicNames(topicPrefix) })
    const all = opened.move()
    port.on('message', async (request: RecordingRequest) => {
      if (request.type === 'records') return keepAll(keeper, request, answer)
      await all.disposeAsync()
      port.close()
    })
    answer({ type: 'open' })
  } catch (thrown) {
    answer({ type: 'refused', failure: failureOf(thrown) })
  }
}

/** Tells at the end of each turn of the event loop what is settled: a record whose schema is long in coming holds up no other. */
function keepAll(keeper: RecordKeeper, message: RecordsMessage, answer: (message: RecordingAnswer) => void): void {
  let kept: number[] = []
  let failed: { index: number; failure: Failure }[] = []

  function tell(): void {
    answer({ type: 'settled', batch: message.batch, kept, failed })
    kept = []
    failed = []
  }

  function tellSoon(): void {
    if (kept.length + failed.length === 0) setImmediate(tell)
  }

  for (const [index, record] of recordsOf(message).entries()) {
    keeper.keep(record).then(
      () => {
        tellSoon()
        kept.push(index)
      },
      (thrown: unknown) => {
        tellSoon()
        failed.push({ index, failure: failureOf(thrown) })
      },
    )
  }
}

function recordsOf({ topics, partitions, offsets, lengths, values }: RecordsMessage): RecordToKeep[] {
  let from = values.byteOffset
  return topics.map((topic, index) => {
    const length = lengths[index] ?? 0
    const value = Buffer.from(values.buffer, from, length)
    from += length
    return { topic, partition: partitions[index] ?? 0, offset: offsets[index] ?? 0, value }
  })
}

function failureOf(thrown: unknown): Failure {
  const { code, message } = toLeadlineError(thrown)
  return { code, message }
}
