import type { LocalStorage } from './local-storage.ts'
import type { LogRecord, ReadRange } from './log.ts'
import { unknownTopic } from './log-errors.ts'

/** Reads a range, or follows a partition, from a storage of this process. */
export async function* readLocal(
  storage: LocalStorage,
  range: ReadRange,
  stop: AbortSignal,
): AsyncGenerator<readonly LogRecord[]> {
  const ends = storage.shape(range.topic) && storage.ends(range.topic)[range.partition]
  if (ends === undefined) throw unknownTopic(range.topic, range.partition)
  const to = range.to === undefined ? Number.POSITIVE_INFINITY : Math.min(range.to, ends.end)
  let next = range.from
  while (next < to && !stop.aborted) {
    const batch = storage.read(range.topic, range.partition, next)
    const records = batch.records.filter((record) => record.offset < to)
    if (records.length > 0) yield records
    if (batch.nextOffset > next) next = batch.nextOffset
    else await grown(storage, range, stop)
  }
}

async function grown(storage: LocalStorage, { topic, partition }: ReadRange, stop: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const unwatch = storage.watch(topic, partition, resolve)
  const onStop = () => resolve()
  stop.addEventListener('abort', onStop, { once: true })
  await promise
  stop.removeEventListener('abort', onStop)
  unwatch()
}
