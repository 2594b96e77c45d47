import type { LeadId } from '@leadline/domain'
import type { Activity, Codec, DeadLetter, LeadCompleted, StepOutcome, StepWork, Topics } from '@leadline/events'
import { headers, maxEventBytes } from '@leadline/events'
import { cutDeadLetter } from './cut-dead-letter.ts'
import { keyBytes } from './key-bytes.ts'

/** An event that a decision wants written, before it has bytes and a topic. */
export type Draft =
  | { readonly type: 'work'; readonly pool: string; readonly event: StepWork }
  /** `parks`: how often it has waited for a closed destination since its last attempt. */
  | {
      readonly type: 'retry'
      readonly tierMs: number
      readonly dueAt: number
      readonly parks: number
      readonly origin: Origin
      readonly event: StepWork
    }
  | { readonly type: 'outcome'; readonly event: StepOutcome }
  | { readonly type: 'activity'; readonly event: Activity }
  | { readonly type: 'completed'; readonly event: LeadCompleted }
  | { readonly type: 'dead-letter'; readonly event: DeadLetter }
  /** Work that asks for a place under a cap before it goes on; `counter` says which leads are counted together. */
  | { readonly type: 'take-place'; readonly counter: string; readonly event: StepWork }
  | { readonly type: 'give-back-place'; readonly counter: string; readonly event: PlaceHolder }

/** Whose place it is. */
export interface PlaceHolder {
  readonly leadId: LeadId
  readonly generation: number
}

/** The record that a decision was about: where a retry goes back to, and what a dead letter names. */
export interface Origin {
  readonly topic: string
  readonly partition: number
  readonly offset: number
}

export interface Wire {
  readonly codec: Pick<Codec, 'encode'>
  readonly topics: Topics
}

export interface DraftRecord {
  readonly topic: string
  readonly key: Buffer | null
  /** null only for a place that is given back: its headers say whose. */
  readonly value: Buffer | null
  readonly headers: Readonly<Record<string, string>>
}

/** Records of a lead have the lead id as their key, so that one partition holds its story in order; work that is ordered has its order key, and places under caps their counter. */
export function toRecord(draft: Draft, { codec, topics }: Wire): DraftRecord {
  switch (draft.type) {
    case 'work':
      return record(topics.steps(draft.pool), draft.event, codec.encode('step-work', draft.event), workHeaders(draft.event))
    case 'retry':
      return record(topics.retry(draft.tierMs), draft.event, codec.encode('step-work', draft.event), {
        ...workHeaders(draft.event),
        [headers.originTopic]: draft.origin.topic,
        [headers.originPartition]: String(draft.origin.partition),
        [headers.dueAt]: String(draft.dueAt),
        ...(draft.parks > 0 && { [headers.parks]: String(draft.parks) }),
      })
    case 'outcome':
      return record(topics.outcomes[draft.event.outcome], draft.event, codec.encode('step-outcome', draft.event))
    case 'activity':
      return record(topics.activity, draft.event, codec.encode('activity', draft.event))
    case 'completed':
      return record(topics.completed, draft.event, codec.encode('lead-completed', draft.event))
    case 'dead-letter':
      return record(topics.deadLetters, draft.event, encodeDeadLetter(draft.event, codec))
    case 'take-place':
      return {
        ...record(topics.caps, draft.event, codec.encode('step-work', draft.event), workHeaders(draft.event)),
        key: keyBytes(draft.counter),
      }
    case 'give-back-place': {
      const its = { [headers.leadId]: draft.event.leadId, [headers.generation]: String(draft.event.generation) }
      return { topic: topics.caps, key: keyBytes(draft.counter), value: null, headers: its }
    }
  }
}

/** To be told of records that the log has taken: later ones are written over those that `toRecord` made. */
export function releaseRecords(codec: Pick<Codec, 'release'>): (records: readonly Pick<DraftRecord, 'value'>[]) => void {
  return (records) => {
    for (const { value } of records) if (value !== null) codec.release(value)
  }
}

/** False when the log might refuse the record for its size. */
export function fitsTopic({ value }: DraftRecord): boolean {
  return value === null || value.length <= maxEventBytes
}

/** What a record was like is kept as far as there is room for it. */
function encodeDeadLetter(event: DeadLetter, codec: Wire['codec']): Buffer {
  const whole = codec.encode('dead-letter', event)
  return whole.length <= maxEventBytes || event.lead !== null ? whole : codec.encode('dead-letter', cutDeadLetter(event))
}

interface OfLead {
  readonly leadId: string | null
  /** Only work has one. */
  readonly orderKey?: string | null
  readonly generation: number
}

function record(topic: string, event: OfLead, value: Buffer, its = generationHeader(event.generation)): DraftRecord {
  const text = event.orderKey ?? event.leadId
  return { topic, key: text === null ? null : keyOf(text), value, headers: its }
}

const firstGeneration: DraftRecord['headers'] = { [headers.generation]: '0' }

function generationHeader(generation: number): DraftRecord['headers'] {
  return generation === 0 ? firstGeneration : { [headers.generation]: String(generation) }
}

let lastKey: { readonly text: string; readonly bytes: Buffer } = { text: '', bytes: Buffer.alloc(0) }

/** The events of one decision are about one lead, and are written one after the other. */
function keyOf(text: string): Buffer {
  if (lastKey.text !== text) lastKey = { text, bytes: keyBytes(text) }
  return lastKey.bytes
}

function workHeaders(work: StepWork): Record<string, string> {
  return {
    [headers.generation]: String(work.generation),
    [headers.flow]: work.flow,
    [headers.source]: work.source,
    [headers.step]: work.step,
    [headers.attempt]: String(work.attempt),
    ...(work.firstFailedAt !== null && { [headers.firstFailedAt]: String(work.firstFailedAt) }),
    ...(work.traceparent !== null && { [headers.traceparent]: work.traceparent }),
  }
}
