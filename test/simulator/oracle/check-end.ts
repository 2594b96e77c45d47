import type { Codec, Topics } from '@leadline/events'
import type { Flows } from '@leadline/flows'
import type { LogRecord } from '@leadline/log'
import type { Cluster } from '../broker/cluster.ts'
import { isReadable } from '../broker/partition.ts'
import { checkWalk } from './check-walk.ts'
import { coverageOf } from './coverage.ts'
import { expectedWalks } from './expected-walks.ts'
import { eventOf, eventsOf, recordsOf } from './read-events.ts'
import type { Report } from './violation.ts'

export interface EndOptions {
  readonly cluster: Cluster
  readonly codec: Codec
  readonly topics: Topics
  readonly flows: Flows
  /** Groups with the topics they work on. */
  readonly groups: ReadonlyMap<string, readonly string[]>
  /** Records that may not have been done. */
  readonly lost: readonly LogRecord[]
  readonly report: Report
}

/** After everything has come to rest: all of it done, nothing twice, and each lead's story whole. */
export function checkEnd(options: EndOptions): void {
  checkDrained(options)
  checkUniqueIds(options)
  checkSubmissions(options)
  checkStories(options)
}

function checkDrained({ cluster, groups, report }: EndOptions): void {
  for (const [group, topics] of groups) {
    for (const topic of topics) {
      for (const { number: partition, stored, start } of cluster.partitions(topic)) {
        const done = coverageOf(cluster.transactions.position({ group, topic, partition }))
        const kept = stored.filter(({ record }) => record.offset >= start)
        const left = kept.filter((entry) => isReadable(entry) && !done.has(entry.record.offset))
        if (left.length > 0)
          report('not drained', `${group} on ${topic}/${partition}: ${left.map(({ record }) => record.offset).join()}`)
      }
    }
  }
}

function checkUniqueIds({ cluster, codec, topics, report }: EndOptions): void {
  const seen = new Set<string>()
  const check = (id: string, what: string): void => {
    if (seen.has(id)) report('wrong outcome', `${what} ${id} is there twice`)
    seen.add(id)
  }
  for (const topic of Object.values(topics.outcomes)) {
    for (const { eventId } of eventsOf({ cluster, codec }, 'step-outcome', topic)) check(eventId, 'outcome')
  }
  for (const { eventId } of eventsOf({ cluster, codec }, 'lead-completed', topics.completed)) check(eventId, 'completion')
  for (const { eventId } of eventsOf({ cluster, codec }, 'dead-letter', topics.deadLetters)) check(eventId, 'dead letter')
  for (const { eventId, type } of eventsOf({ cluster, codec }, 'activity', topics.activity)) check(eventId, type)
}

/** Each submission is a received lead or a dead letter, unless it was lost. */
function checkSubmissions({ cluster, codec, topics, lost, report }: EndOptions): void {
  const submitted = recordsOf(cluster, topics.submissions).length
  const received = eventsOf({ cluster, codec }, 'lead-received', topics.received).filter(({ origin }) => origin === 'submission')
  const letters = eventsOf({ cluster, codec }, 'dead-letter', topics.deadLetters)
  const refused = letters.filter(({ originTopic }) => originTopic === topics.submissions)
  const missing = submitted - received.length - refused.length
  if (missing < 0 || missing > lost.filter(({ topic }) => topic === topics.submissions).length)
    report('lost', `${submitted} submissions, ${received.length} received, ${refused.length} refused`)
}

function checkStories({ cluster, codec, topics, flows, lost, report }: EndOptions): void {
  const from = { cluster, codec }
  const walkOf = ({ leadId, generation }: { leadId: string | null; generation: number }): string => `${leadId}/${generation}`
  const outcomes = Map.groupBy(
    Object.values(topics.outcomes).flatMap((topic) => eventsOf(from, 'step-outcome', topic)),
    walkOf,
  )
  const completed = Map.groupBy(eventsOf(from, 'lead-completed', topics.completed), walkOf)
  const activity = Map.groupBy(eventsOf(from, 'activity', topics.activity), walkOf)
  const deadLetters = Map.groupBy(eventsOf(from, 'dead-letter', topics.deadLetters), walkOf)
  const { begun, duplicates, repeated } = expectedWalks({ cluster, codec, topics, flows })
  const brokenOff = new Set(lost.flatMap((record) => eventOf(codec, 'step-work', record) ?? []).map(walkOf))
  for (const [walk, flowName] of begun) {
    const flow = flows.byName.get(flowName)
    if (flow === undefined || brokenOff.has(walk)) continue
    const story = {
      outcomes: outcomes.get(walk) ?? [],
      completed: completed.get(walk) ?? [],
      activity: activity.get(walk) ?? [],
      deadLetters: deadLetters.get(walk) ?? [],
    }
    if (story.completed[0]?.rule === 'duplicate') report('wrong duplicate verdict', `${walk} is no duplicate`)
    else checkWalk(flow, story, (kind, what) => report(kind, `${walk} of ${flowName}: ${what}`))
  }
  for (const walk of duplicates.keys()) {
    const [end, ...more] = completed.get(walk) ?? []
    if (end?.rule !== 'duplicate' || more.length > 0 || outcomes.has(walk))
      report('wrong duplicate verdict', `${walk} is a duplicate`)
  }
  for (const walk of completed.keys())
    if (!begun.has(walk) && !duplicates.has(walk)) report('wrong outcome', `${walk} out of nowhere`)
  for (const [leadId, times] of repeated) {
    const noted = (activity.get(`${leadId}/0`) ?? []).filter(({ type }) => type === 'lead.repeated').length
    if (noted !== times) report('wrong activity', `${leadId} came again ${times} times, noted ${noted} times`)
  }
}
