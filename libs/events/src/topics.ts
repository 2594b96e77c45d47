import { retryTiersMs } from '@leadline/domain'

/** Names and shapes of all topics. The prefix separates installations that share a cluster. */
export interface Topics {
  readonly submissions: string
  readonly received: string
  /** Leads that ask for a place under a cap, by counter, and places that are given back. */
  readonly caps: string
  readonly steps: (pool: string) => string
  readonly retry: (tierMs: number) => string
  readonly outcomes: { readonly success: string; readonly failure: string; readonly error: string }
  readonly completed: string
  readonly deadLetters: string
  readonly activity: string
  readonly replays: string
  readonly state: (processor: string) => string
}

export function topicNames(prefix: string): Topics {
  return {
    submissions: `${prefix}submissions`,
    received: `${prefix}leads.received`,
    caps: `${prefix}caps`,
    steps: (pool) => `${prefix}steps.${pool}`,
    retry: (tierMs) => `${prefix}retry.${durationName(tierMs)}`,
    outcomes: {
      success: `${prefix}outcomes.success`,
      failure: `${prefix}outcomes.failure`,
      error: `${prefix}outcomes.error`,
    },
    completed: `${prefix}leads.completed`,
    deadLetters: `${prefix}dead-letters`,
    activity: `${prefix}activity`,
    replays: `${prefix}replays`,
    state: (processor) => `${prefix}state.${processor}`,
  }
}

/** What must hold of a topic; checked at start, created when missing. */
export interface TopicSpec {
  readonly name: string
  readonly partitions: number
  readonly cleanup: 'delete' | 'compact'
  /** Milliseconds; null keeps for ever. Ignored for compacted topics. */
  readonly retentionMs: number | null
  readonly maxRecordBytes: number
}

export interface TopicPlan {
  readonly prefix: string
  readonly pools: readonly string[]
  /** Partitions of the work topics; retry tiers, replays and dead letters have one to three. */
  readonly partitions: number
}

const maxRecordBytes = 4 * 1024 * 1024
/** Largest event, encoded, that certainly fits into a record: beside it there are a key, headers and what the wire needs. */
export const maxEventBytes = maxRecordBytes - 16 * 1024

const day = 86_400_000

/** All topics of an installation. Retry tiers outlive their delay by a week, so that an outage of the retrier loses nothing. */
export function topicSpecs({ prefix, pools, partitions }: TopicPlan): TopicSpec[] {
  const topics = topicNames(prefix)
  const spec = (name: string, count: number, retentionMs: number | null): TopicSpec => ({
    name,
    partitions: count,
    cleanup: 'delete',
    retentionMs,
    maxRecordBytes,
  })
  return [
    spec(topics.submissions, partitions, 7 * day),
    spec(topics.received, partitions, 30 * day),
    spec(topics.caps, partitions, 7 * day),
    ...pools.map((pool) => spec(topics.steps(pool), partitions, 7 * day)),
    ...retryTiersMs.map((tierMs) => spec(topics.retry(tierMs), 1, 7 * day + tierMs)),
    spec(topics.outcomes.success, partitions, 30 * day),
    spec(topics.outcomes.failure, partitions, 30 * day),
    spec(topics.outcomes.error, partitions, 30 * day),
    spec(topics.completed, partitions, 30 * day),
    spec(topics.deadLetters, 1, 90 * day),
    spec(topics.activity, partitions, 30 * day),
    spec(topics.replays, 1, 90 * day),
    ...pools.map((pool): TopicSpec => ({ ...spec(topics.state(`steps.${pool}`), partitions, null), cleanup: 'compact' })),
    { ...spec(topics.state('destinations'), 1, null), cleanup: 'compact' },
    { ...spec(topics.state('caps'), partitions, null), cleanup: 'compact' },
    { ...spec(topics.state('intake'), partitions, null), cleanup: 'compact' },
    { ...spec(topics.state('replayer'), 1, null), cleanup: 'compact' },
  ]
}

function durationName(ms: number): string {
  if (ms % 3_600_000 === 0) return `${ms / 3_600_000}h`
  if (ms % 60_000 === 0) return `${ms / 60_000}m`
  return `${ms / 1_000}s`
}
