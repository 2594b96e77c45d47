import type { Destinations } from '@leadline/destinations'
import { tierFor } from '@leadline/domain'
import type { Completion, Gate } from '@leadline/engine'
import { headers, type StepWork, type Topics } from '@leadline/events'
import type { LogRecord } from '@leadline/log'
import { type Draft, parkAttempt } from '@leadline/walk'
import { type Found, findStep, type StepLookup } from './find-step.ts'

export interface StepGateTools {
  readonly steps: StepLookup
  readonly destinations: Destinations
  readonly topics: Topics
  readonly now: () => number
  readonly decode: (record: LogRecord) => Promise<StepWork> | StepWork
  readonly toCompletion: (drafts: readonly Draft[]) => Completion
}

const firstParkMs = 2_000
const longestParkMs = 300_000

/** Work waits for its destination before it starts: in the lane while that is short, on a retry tier otherwise, in no case with an attempt. */
export function stepGate({ steps, destinations, topics, now, decode, toCompletion }: StepGateTools): Gate {
  /** Waits that are repeated get longer, so that a long outage with a big backlog does not keep the log busy with leads that only wait. */
  function dueAfter(parks: number, dueAt: number, random: number): number {
    const least = Math.min(firstParkMs * 2 ** parks, longestParkMs) * (0.9 + 0.2 * random)
    return Math.round(Math.max(dueAt, now() + least))
  }

  async function firstPark(record: LogRecord, found: Found, dueAt: number): Promise<Completion> {
    const work = await decode(record)
    const { topic, partition, offset } = record
    return toCompletion(parkAttempt({ ...found, work, origin: { topic, partition, offset }, dueAt, now: now() }))
  }

  /** The lead's story has said already that it waits: the record moves as it is. */
  function parkAgain(record: LogRecord, parks: number, dueAt: number): Completion {
    const moved = {
      ...record.headers,
      [headers.originTopic]: record.topic,
      [headers.originPartition]: String(record.partition),
      [headers.dueAt]: String(dueAt),
      [headers.parks]: String(parks + 1),
    }
    return { records: [{ topic: topics.retry(tierFor(dueAt - now())), key: record.key, value: record.value, headers: moved }] }
  }

  return {
    resourceOf: (record) => found(record)?.step.action.destination ?? undefined,
    ask: destinations.ask,
    release: destinations.release,
    onChange: destinations.onChange,
    park: (record, earliest, { random }) => {
      const parks = Number(text(record, headers.parks)) || 0
      const dueAt = dueAfter(parks, earliest, random())
      const its = parks === 0 ? found(record) : undefined
      return its === undefined ? parkAgain(record, parks, dueAt) : firstPark(record, its, dueAt)
    },
  }

  function found(record: LogRecord): Found | undefined {
    return findStep(steps, text(record, headers.flow), text(record, headers.step))
  }
}

function text(record: LogRecord, name: string): string {
  return record.headers[name]?.toString('latin1') ?? ''
}
