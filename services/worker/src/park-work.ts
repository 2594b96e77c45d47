import { tierFor } from '@leadline/domain'
import type { Completion, ProcessContext, StateChange } from '@leadline/engine'
import { headers, type StepWork, type Topics } from '@leadline/events'
import type { LogRecord } from '@leadline/log'
import { type Draft, type Parking, parkAttempt } from '@leadline/walk'
import type { Found } from './find-step.ts'
import { joined, readLine } from './line.ts'

export interface ParkTools {
  readonly topics: Topics
  readonly now: () => number
  readonly decode: (record: LogRecord) => Promise<StepWork> | StepWork
  readonly toCompletion: (drafts: readonly Draft[]) => Completion
}

/** Why and until when at least. */
export type Wait = Pick<Parking, 'dueAt' | 'why'>

/** Moves work onto a retry tier without an attempt. */
export type ParkWork = (record: LogRecord, found: Found, wait: Wait, context: ProcessContext) => Promise<Completion>

const firstParkMs = 2_000
const longestParkMs = 300_000

export function createParkWork({ topics, now, decode, toCompletion }: ParkTools): ParkWork {
  /** Waits for a closed destination get longer, so that a long outage with a big backlog does not keep the log busy with leads that only wait. */
  function dueAtOf({ dueAt, why }: Wait, parks: number, random: number): number {
    if (why !== 'destination-closed') return dueAt
    const least = Math.min(firstParkMs * 2 ** parks, longestParkMs) * (0.9 + 0.2 * random)
    return Math.round(Math.max(dueAt, now() + least))
  }

  /** The lead's story has said already that it waits: the record moves as it is. */
  function move(record: LogRecord, parks: number, dueAt: number): Completion {
    const moved = {
      ...record.headers,
      [headers.originTopic]: record.topic,
      [headers.originPartition]: String(record.partition),
      [headers.dueAt]: String(dueAt),
      [headers.parks]: String(parks + 1),
    }
    return { records: [{ topic: topics.retry(tierFor(dueAt - now())), key: record.key, value: record.value, headers: moved }] }
  }

  return async (record, found, wait, context) => {
    const parks = Number(record.headers[headers.parks]?.toString('latin1')) || 0
    const dueAt = dueAtOf(wait, parks, context.random())
    if (parks > 0 && found.step.order === 'overtake') return move(record, parks, dueAt)
    const work = await decode(record)
    const { topic, partition, offset } = record
    const told = { ...found, work, origin: { topic, partition, offset }, dueAt, now: now(), why: wait.why }
    const completion = parks === 0 ? toCompletion(parkAttempt(told)) : move(record, parks, dueAt)
    return { ...completion, state: placeInLine(found, work, dueAt, context) }
  }

  function placeInLine({ step }: Found, work: StepWork, dueAt: number, context: ProcessContext): StateChange[] {
    const line = readLine(step, work, context)
    return line === undefined ? [] : [joined(line, work.leadId, dueAt, now())]
  }
}
