import { readOffsets } from './group-offsets.ts'
import type { Site } from './open-site.ts'

/** Every lane of the installation that has not committed all of its topic, one line each: where to look when leads do not end. */
export async function describeBacklog(site: Site): Promise<string[]> {
  const { prefix, topics, retryTopics } = site
  const groups: [string, readonly string[]][] = [
    ['intake', [topics.received]],
    ['step.default', [topics.steps('default')]],
    ['retrier', retryTopics],
  ]
  const lines: string[] = []
  for (const [processor, read] of groups) {
    for (const topic of read) {
      const committed = await readOffsets(site, { group: prefix + processor, topic })
      for (const { partition, start, end } of await site.log.ends(topic)) {
        const { offset, metadata } = committed.get(partition) ?? { offset: -1, metadata: '' }
        if (start !== end && offset < end)
          lines.push(`${processor} on ${topic}/${partition}: committed ${offset} of ${end}, ${metadata}`)
      }
    }
  }
  return lines
}
