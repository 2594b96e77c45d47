import { retryTiersMs } from '@leadline/domain'
import { type RunningProcessor, runProcessor } from '@leadline/engine'
import { openCodec, topicNames, topicSpecs } from '@leadline/events'
import { type Log, type LogRecord, openMemoryLog } from '@leadline/log'
import { describe, expect, it } from 'vitest'
import { retrierProcessor } from './retrier.ts'

const topics = topicNames('t.')

async function startRetrier(): Promise<{ log: Log; running: RunningProcessor }> {
  const log = await openMemoryLog()
  await log.ensureTopics(topicSpecs({ prefix: 't.', pools: ['default'], partitions: 3 }))
  const codec = await openCodec({ encoding: 'avro' })
  const processor = retrierProcessor({ codec, topics, now: Date.now })
  return { log, running: await runProcessor({ processor, log, limits: { flushIntervalMs: 2 } }) }
}

const parked = (value: string, headers: Record<string, string>) => ({
  topic: topics.retry(2_000),
  key: Buffer.from(value),
  value: Buffer.from(value),
  headers: { 'origin-topic': topics.steps('default'), 'origin-partition': '2', attempt: '3', ...headers },
})

async function recordsOf(log: Log, topic: string): Promise<LogRecord[]> {
  const found: LogRecord[] = []
  for (const { partition, start, end } of await log.ends(topic)) {
    if (start === end) continue
    for await (const batch of log.read({ topic, partition, from: start, to: end })) found.push(...batch)
  }
  return found
}

async function untilRecords(log: Log, topic: string, count: number): Promise<LogRecord[]> {
  const end = Date.now() + 3_000
  for (;;) {
    const records = await recordsOf(log, topic)
    if (records.length >= count) return records
    if (Date.now() > end) throw new Error(`${records.length} of ${count} records in ${topic}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

describe('the retrier', () => {
  it('sends a record back to the partition it came from, not before it is due, without the headers of the tier', async () => {
    const { log, running } = await startRetrier()
    await using _running = running
    const dueAt = Date.now() + 120
    await log.append([parked('lead', { 'due-at': String(dueAt) })])

    const [record] = await untilRecords(log, topics.steps('default'), 1)

    expect(record?.timestamp).toBeGreaterThanOrEqual(dueAt)
    expect(record).toMatchObject({ partition: 2, key: Buffer.from('lead'), value: Buffer.from('lead') })
    expect(record?.headers).toEqual({ attempt: Buffer.from('3') })
  })

  it('lets a lead that is due pass one that is not', async () => {
    const { log, running } = await startRetrier()
    await using _running = running
    await log.append([
      parked('later', { 'due-at': String(Date.now() + 60_000) }),
      parked('now', { 'due-at': String(Date.now()) }),
    ])
    const records = await untilRecords(log, topics.steps('default'), 1)
    expect(records.map(({ value }) => String(value))).toEqual(['now'])
  })

  it('finds a lead that is due behind thousands that are not', async () => {
    const { log, running } = await startRetrier()
    await using _running = running
    const later = Date.now() + 60_000
    await log.append(Array.from({ length: 5_000 }, (_, index) => parked(`later ${index}`, { 'due-at': String(later) })))
    await log.append([parked('now', { 'due-at': '1' })])
    const records = await untilRecords(log, topics.steps('default'), 1)
    expect(records.map(({ value }) => String(value))).toEqual(['now'])
  })

  it.each([
    ['no due time', {}],
    ['a due time that never comes', { 'due-at': 'Infinity' }],
    ['no origin', { 'due-at': '1', 'origin-topic': '' }],
    ['an origin that is no partition', { 'due-at': '1', 'origin-partition': 'x' }],
  ])('puts a record with %s into dead letters and goes on', async (_, headers) => {
    const { log, running } = await startRetrier()
    await using _running = running
    await log.append([parked('bad', headers), parked('good', { 'due-at': '1' })])
    await untilRecords(log, topics.deadLetters, 1)
    expect((await untilRecords(log, topics.steps('default'), 1)).map(({ value }) => String(value))).toEqual(['good'])
  })

  it('puts the beginning of a record that is too large into dead letters and goes on', async () => {
    const { log, running } = await startRetrier()
    await using _running = running
    await log.append([{ ...parked('bad', {}), value: Buffer.alloc(4 * 1024 * 1024 - 500) }, parked('good', { 'due-at': '1' })])
    const [letter] = await untilRecords(log, topics.deadLetters, 1)
    expect(letter?.value?.length).toBeLessThan(4 * 1024 * 1024 - 10_000)
    expect((await untilRecords(log, topics.steps('default'), 1)).map(({ value }) => String(value))).toEqual(['good'])
  })

  it('comes back after a restart to what it had parked', async () => {
    const { log, running } = await startRetrier()
    await log.append([parked('lead', { 'due-at': String(Date.now() + 150) })])
    await running.close()
    const codec = await openCodec({ encoding: 'avro' })
    await using _again = await runProcessor({ processor: retrierProcessor({ codec, topics, now: Date.now }), log })
    expect((await untilRecords(log, topics.steps('default'), 1)).length).toBe(1)
  })
})

const writtenAt = Date.UTC(2026, 0, 1)
const minuteMs = 60_000
const hourMs = 60 * minuteMs

interface Wait {
  readonly tierMs: number
  /** From when the record was written until it is due. */
  readonly waitMs: number
  /** From when the record was written until it is processed. */
  readonly afterMs: number
}

/** When a retrier processes the record, from when it was written on, and what comes of that. */
async function processAfter({ tierMs, waitMs, afterMs }: Wait) {
  const now = (): number => writtenAt + afterMs
  const processor = retrierProcessor({ codec: await openCodec({ encoding: 'avro' }), topics, now })
  const { key, value, headers } = parked('lead', { 'due-at': String(writtenAt + waitMs), parks: '2' })
  const bytes = Object.fromEntries(Object.entries(headers).map(([name, header]) => [name, Buffer.from(header)]))
  const place = { topic: topics.retry(tierMs), partition: 0, offset: 7, timestamp: writtenAt }
  const record: LogRecord = { ...place, key, value, headers: bytes }
  const context = { now, random: Math.random, signal: new AbortController().signal, state: { get: () => undefined } }
  const { records } = await processor.process(record, context)
  return { record, processedAfterMs: Number(processor.dueAt?.(record)) - writtenAt, records }
}

describe('a parked record', () => {
  it.each(retryTiersMs)('that is due when the delay of its tier, %i ms, is over goes back then', async (tierMs) => {
    const { processedAfterMs, records } = await processAfter({ tierMs, waitMs: tierMs, afterMs: tierMs })
    expect(processedAfterMs).toBe(tierMs)
    expect(records).toMatchObject([{ topic: topics.steps('default') }])
  })

  it.each([61, 66, 75])('of the longest tier that is due after %i minutes goes back then', async (minutes) => {
    const waitMs = minutes * minuteMs
    const { processedAfterMs, records } = await processAfter({ tierMs: hourMs, waitMs, afterMs: waitMs })
    expect(processedAfterMs).toBe(waitMs)
    expect(records).toMatchObject([{ topic: topics.steps('default') }])
  })

  it.each([76 * minuteMs, 9 * hourMs])(
    'of the longest tier that is due after %i ms is written to it again after an hour, as it is',
    async (waitMs) => {
      const { record, processedAfterMs, records } = await processAfter({ tierMs: hourMs, waitMs, afterMs: hourMs })
      expect(processedAfterMs).toBe(hourMs)
      const { key, value, headers } = record
      expect(records).toEqual([{ topic: topics.retry(hourMs), key, value, headers }])
    },
  )

  it.each([
    [30 * minuteMs, hourMs],
    [10 * minuteMs, 15 * minuteMs],
    [3_000, 4_000],
  ])('that is read late, %i ms before it is due, goes to the tier for that, %i ms', async (leftMs, tierMs) => {
    const { records } = await processAfter({ tierMs: hourMs, waitMs: 9 * hourMs, afterMs: 9 * hourMs - leftMs })
    expect(records).toMatchObject([{ topic: topics.retry(tierMs) }])
  })

  it('that is due by the time it is read goes back, however long it had to wait', async () => {
    const { records } = await processAfter({ tierMs: hourMs, waitMs: 9 * hourMs, afterMs: 9 * hourMs })
    expect(records).toMatchObject([{ topic: topics.steps('default') }])
  })

  it.each(retryTiersMs)('that was due on its tier, %i ms, goes back though the clock is set back just then', async (tierMs) => {
    const { records } = await processAfter({ tierMs, waitMs: tierMs, afterMs: -hourMs })
    expect(records).toMatchObject([{ topic: topics.steps('default') }])
  })

  it('goes back when it is due, though its time is ahead of that', async () => {
    const { processedAfterMs, records } = await processAfter({ tierMs: hourMs, waitMs: -hourMs, afterMs: -hourMs })
    expect(processedAfterMs).toBe(-hourMs)
    expect(records).toMatchObject([{ topic: topics.steps('default') }])
  })
})
