import type { Log, OutgoingRecord } from '@leadline/log'

const batch = 2_000

/**
 * Appends `count` records to a topic. Throws when more than that were added to it: a producer whose answer is lost repeats its send, and a run over
 * repeated records would measure something else.
 */
export async function fill(log: Log, count: number, record: (index: number) => OutgoingRecord): Promise<void> {
  const { topic } = record(0)
  const before = await heldBy(log, topic)
  for (let from = 0; from < count; from += batch) {
    await log.append(Array.from({ length: Math.min(batch, count - from) }, (_, index) => record(from + index)))
  }
  const added = (await heldBy(log, topic)) - before
  if (added !== count) throw new Error(`${topic} holds ${added} records more after ${count} were appended`)
}

async function heldBy(log: Log, topic: string): Promise<number> {
  return (await log.ends(topic)).reduce((sum, { start, end }) => sum + end - start, 0)
}
