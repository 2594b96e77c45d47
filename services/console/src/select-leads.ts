import type { LeadId } from '@leadline/domain'
import type { Topics } from '@leadline/events'
import type { Log, PartitionEnds } from '@leadline/log'
import {
  countNamed,
  type OffsetRange,
  type RecordReader,
  type RecordsSelection,
  type ReplaySelection,
  replayableTopics,
} from '@leadline/replay'
import type { LeadQuery } from '@leadline/store'
import { invalid } from './invalid-field.ts'
import type { ReplayRequest, TopicRange } from './replay-request.ts'

/** A request's selection, fixed: its bounds are those of now. */
export interface Selected {
  readonly selection: ReplaySelection
  /** The leads that it means, completed or not. */
  readonly query: LeadQuery
  /** Records that never were a lead and go back to their topics. */
  readonly records: number
  /** Leads that records name; null when the store was asked instead. */
  readonly named: readonly LeadId[] | null
}

/** Throws INVALID_VALUE for a topic or partition that cannot be replayed, LOG_UNAVAILABLE. */
export async function selectLeads(wanted: ReplayRequest['wanted'], reader: RecordReader, nowMs: number): Promise<Selected> {
  if (wanted.type === 'leads') {
    const query = { ...wanted.query, until: Math.min(wanted.query.until ?? nowMs, nowMs) }
    return { selection: { type: 'leads', query }, query, records: 0, named: null }
  }
  const selection = await fixRange(wanted, reader.log, reader.topics)
  const { leadIds, records } = await countNamed(reader, selection)
  return { selection, query: { leadIds }, records, named: leadIds }
}

async function fixRange(range: TopicRange, log: Log, topics: Topics): Promise<RecordsSelection> {
  const topic = topicNamed(range.name, topics)
  const ends = (await log.ends(topic)).filter(({ partition }) => range.partition === undefined || partition === range.partition)
  if (ends.length === 0) throw invalid('topic.partition', `${topic} has no partition ${range.partition}`)
  const ranges = ends.map((end) => clamped(end, range)).filter(({ from, to }) => from < to)
  return { type: 'records', topic, ranges, since: range.since ?? null, until: range.until ?? null }
}

function clamped({ partition, start, end }: PartitionEnds, { fromOffset, toOffset }: TopicRange): OffsetRange {
  return { partition, from: Math.max(start, fromOffset ?? start), to: Math.min(end, toOffset ?? end) }
}

/** By its whole name, or without the installation's prefix. */
function topicNamed(name: string, topics: Topics): string {
  const prefix = topics.received.slice(0, -'leads.received'.length)
  const names = [...replayableTopics(topics).keys()]
  const topic = names.find((known) => known === name || known === `${prefix}${name}`)
  if (topic === undefined)
    throw invalid('topic.name', `must be one of ${names.map((known) => known.slice(prefix.length)).join(', ')}`)
  return topic
}
