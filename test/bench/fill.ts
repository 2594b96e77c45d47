import type { Log, OutgoingRecord } from '@leadline/log'

const batch = 2_000

/**
 * Appends `count` records to a topic. Throws when the topic then holds more: a producer whose answer is lost repeats its send, and a run over
 * repeated records would measure something else.
 */
export async function fill(log: Log, count: number, record: (index: number) => OutgoingRecord): Promise<void> {
  const { topic } = record(0)
  for (let from = 0; from < count; from += batch) {
    await log.append(Array.from({ length: Math.min(batch, count - from) }, (_, index) => record(from + index)))
  }
  const held = (await log.ends(topic)).reduce((sum, { start, end }) => sum + end - start, 0)
  if (held !== count) throw new Error(`${topic} holds ${held} records after ${count} were appended`)
}
