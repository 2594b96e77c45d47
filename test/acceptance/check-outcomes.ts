import { type Codec, type LeadCompleted, type StepOutcome, topicNames } from '@leadline/events'
import type { Log, LogRecord } from '@leadline/log'

/** What the topics say after a run, counted record by record: no reader's de-duplication hides anything here. */
export interface Verdict {
  readonly completed: number
  readonly lost: readonly string[]
  readonly completedTwice: readonly string[]
  readonly outcomes: number
  readonly outcomesTwice: readonly string[]
  readonly deadLetters: number
  readonly byOutcome: Readonly<Record<string, number>>
}

export async function checkOutcomes(log: Log, codec: Codec, prefix: string, accepted: ReadonlySet<string>): Promise<Verdict> {
  const topics = topicNames(prefix)
  const completions = new Map<string, number>()
  const byOutcome: Record<string, number> = {}
  await forEachEvent<LeadCompleted>(
    log,
    topics.completed,
    (bytes) => codec.decode('lead-completed', bytes),
    (event) => {
      count(completions, `${event.leadId}/${event.generation}`)
      byOutcome[event.outcome] = (byOutcome[event.outcome] ?? 0) + 1
    },
  )
  const outcomes = new Map<string, number>()
  for (const topic of Object.values(topics.outcomes)) {
    await forEachEvent<StepOutcome>(
      log,
      topic,
      (bytes) => codec.decode('step-outcome', bytes),
      (event) => count(outcomes, `${event.leadId}/${event.step}/${event.generation}`),
    )
  }
  let deadLetters = 0
  await forEachEvent(
    log,
    topics.deadLetters,
    (bytes) => bytes,
    () => {
      deadLetters++
    },
  )
  return {
    completed: completions.size,
    lost: [...accepted].filter((leadId) => !completions.has(`${leadId}/0`)),
    completedTwice: [...completions].filter(([, times]) => times > 1).map(([id]) => id),
    outcomes: outcomes.size,
    outcomesTwice: [...outcomes].filter(([, times]) => times > 1).map(([id]) => id),
    deadLetters,
    byOutcome,
  }
}

/** Every committed record of a topic, decoded. */
export async function forEachEvent<E>(
  log: Log,
  topic: string,
  decode: (bytes: Buffer) => E | Promise<E>,
  visit: (event: E) => void,
): Promise<void> {
  for (const { partition, start, end } of await log.ends(topic)) {
    if (start === end) continue
    for await (const batch of log.read({ topic, partition, from: start, to: end })) {
      for (const record of batch) visit(await decode(bytesOf(record)))
    }
  }
}

function bytesOf(record: LogRecord): Buffer {
  if (record.value === null) throw new Error(`${record.topic}/${record.partition}/${record.offset} has no value`)
  return record.value
}

function count(counts: Map<string, number>, id: string): void {
  counts.set(id, (counts.get(id) ?? 0) + 1)
}
