import type { Activity } from '@leadline/events'
import { forEachEvent } from '../acceptance/check-outcomes.ts'
import { readOffsets } from './group-offsets.ts'
import type { Site } from './open-site.ts'

const shown = 10

/** Where to look when leads do not end: every lane that has not committed all of its topic, and the last that is known of some of the leads. */
export async function describeBacklog(site: Site, open: ReadonlySet<string>): Promise<string[]> {
  return [...(await laggingLanes(site)), ...(await lastSeen(site, open))]
}

async function lastSeen({ log, codec, topics }: Site, open: ReadonlySet<string>): Promise<string[]> {
  const last = new Map<string, Activity>()
  await forEachEvent<Activity>(
    log,
    topics.activity,
    (bytes) => codec.decode('activity', bytes),
    (event) => {
      if (open.has(event.leadId) && (last.get(event.leadId)?.at ?? 0) <= event.at) last.set(event.leadId, event)
    },
  )
  const oldest = [...open]
    .map((leadId) => ({ leadId, event: last.get(leadId) }))
    .sort((a, b) => (a.event?.at ?? 0) - (b.event?.at ?? 0))
  return oldest.slice(0, shown).map(({ leadId, event }) => {
    if (event === undefined) return `${leadId}: nothing but received`
    const { type, step, attempt, at } = event
    return `${leadId}: ${type} ${step ?? ''} ${attempt ?? ''} at ${new Date(at).toISOString()}`
  })
}

async function laggingLanes(site: Site): Promise<string[]> {
  const { prefix, topics, retryTopics } = site
  const groups: [string, readonly string[]][] = [
    ['intake', [topics.received]],
    ['step.default', [topics.steps('default')]],
    ['retrier', retryTopics],
  ]
  const lines: string[] = []
  for (const [processor, read] of groups) {
    for (const topic of read) {
      const committed = await readOffsets(site, { group: prefix + processor, topic }).catch((error: Error) => error)
      if (committed instanceof Error) {
        lines.push(`${processor} on ${topic}: the group does not tell its positions: ${committed.message}`)
        continue
      }
      for (const { partition, start, end } of await site.log.ends(topic)) {
        const { offset, metadata } = committed.get(partition) ?? { offset: -1, metadata: '' }
        if (start !== end && offset < end)
          lines.push(`${processor} on ${topic}/${partition}: committed ${offset} of ${end}, ${metadata}`)
      }
    }
  }
  return lines
}
