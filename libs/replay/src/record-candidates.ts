import { type LeadId, type LeadlineError, toLeadlineError } from '@leadline/domain'
import type { Codec, DeadLetter, Topics } from '@leadline/events'
import type { Log, LogRecord, OutgoingRecord } from '@leadline/log'
import type { Candidate, CandidatePage } from './candidates.ts'
import type { RecordsSelection } from './selection.ts'

export interface RecordReader {
  readonly log: Log
  readonly codec: Codec
  readonly topics: Topics
  readonly pools: readonly string[]
  /** Told of each record that cannot be read and is therefore left out. */
  readonly unreadable: (record: LogRecord, error: LeadlineError) => void
}

/** Most records looked at for one page, so that a range with few leads does not hold a chunk up. */
const mostScanned = 2_000

type NamingEvent = 'lead-received' | 'step-outcome' | 'lead-completed' | 'dead-letter'

/** Topics whose records name leads, with the event they hold. */
export function replayableTopics(topics: Topics): ReadonlyMap<string, NamingEvent> {
  return new Map<string, NamingEvent>([
    [topics.received, 'lead-received'],
    [topics.outcomes.success, 'step-outcome'],
    [topics.outcomes.failure, 'step-outcome'],
    [topics.outcomes.error, 'step-outcome'],
    [topics.completed, 'lead-completed'],
    [topics.deadLetters, 'dead-letter'],
  ])
}

/** What the records of the ranges name, in their order; a lead as often as it is named. Throws LOG_UNAVAILABLE, LOG_MISMATCH. */
export async function recordCandidates(
  reader: RecordReader,
  selection: RecordsSelection,
  cursor: string | null,
  limit: number,
): Promise<CandidatePage> {
  const candidates: Candidate[] = []
  let scanned = 0
  let next = cursor ?? ''
  for (const range of rangesFrom(selection, cursor)) {
    for await (const records of reader.log.read({ topic: selection.topic, ...range })) {
      for (const record of records) {
        next = `${record.partition}:${record.offset + 1}`
        scanned += 1
        const candidate = inTime(record, selection) ? await candidateOf(reader, record, next) : undefined
        if (candidate !== undefined) candidates.push(candidate)
        if (candidates.length >= limit || scanned >= mostScanned) return { candidates, nextCursor: next }
      }
    }
  }
  return { candidates, nextCursor: null }
}

/** The leads that the ranges name, each once, and how many records that never were a lead. Reads all of them. */
export async function countNamed(reader: RecordReader, selection: RecordsSelection) {
  const leadIds = new Set<LeadId>()
  let records = 0
  let cursor: string | null = null
  do {
    const page: CandidatePage = await recordCandidates(reader, selection, cursor, mostScanned)
    for (const candidate of page.candidates) {
      if (candidate.type === 'lead') leadIds.add(candidate.leadId)
      else records += 1
    }
    cursor = page.nextCursor
  } while (cursor !== null)
  return { leadIds: [...leadIds], records }
}

/** What is left of the ranges after `partition:offset`. */
function rangesFrom({ ranges }: RecordsSelection, cursor: string | null) {
  const sorted = ranges.toSorted((a, b) => a.partition - b.partition)
  const [, partition, offset] = /^(\d+):(\d+)$/.exec(cursor ?? '') ?? []
  return sorted
    .filter((range) => range.partition >= Number(partition ?? 0))
    .map((range) => (range.partition === Number(partition) ? { ...range, from: Math.max(range.from, Number(offset)) } : range))
    .filter((range) => range.from < range.to)
}

function inTime({ timestamp }: LogRecord, { since, until }: RecordsSelection): boolean {
  return timestamp >= (since ?? -Infinity) && timestamp < (until ?? Infinity)
}

async function candidateOf(reader: RecordReader, record: LogRecord, cursor: string): Promise<Candidate | undefined> {
  try {
    const name = replayableTopics(reader.topics).get(record.topic)
    if (name === undefined || record.value === null) return undefined
    const event = await reader.codec.decode(name, record.value)
    if ('rawValue' in event) return deadLetterCandidate(reader, event, cursor)
    return { type: 'lead', leadId: event.leadId, record: null, cursor }
  } catch (error) {
    reader.unreadable(record, toLeadlineError(error))
    return undefined
  }
}

function deadLetterCandidate(reader: RecordReader, event: DeadLetter, cursor: string): Candidate | undefined {
  const record = rawRecord(reader, event)
  if (event.leadId !== null) return { type: 'lead', leadId: event.leadId, record, cursor }
  return record === null ? undefined : { type: 'record', record, cursor }
}

/** The record as it was, for the topic it came from; null when it was kept decoded or only in part, or is not ours to write. */
function rawRecord({ topics, pools }: RecordReader, event: DeadLetter): OutgoingRecord | null {
  const ours = [topics.submissions, topics.received, ...pools.map(topics.steps)]
  if (event.rawValue === null || event.reason === 'too-large' || !ours.includes(event.originTopic)) return null
  return { topic: event.originTopic, key: event.rawKey, value: event.rawValue, headers: event.rawHeaders }
}
