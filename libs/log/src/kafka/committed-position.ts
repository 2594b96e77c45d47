import type { LaneName } from '../local-storage.ts'
import type { LanePosition } from '../log.ts'
import { unavailable } from '../log-errors.ts'
import type { Cluster } from './kafkajs-internals.ts'

/**
 * What the group has committed of one partition. The partition is named in the question, not taken from the client's metadata, which can
 * lack a topic while others are being asked for: an answer without it would look like a group that never committed, and the lane
 * would do everything again.
 */
export async function committedPosition(cluster: Cluster, { group, topic, partition }: LaneName): Promise<LanePosition> {
  const coordinator = await cluster.findGroupCoordinator({ groupId: group })
  const { responses } = await coordinator.offsetFetch({ groupId: group, topics: [{ topic, partitions: [{ partition }] }] })
  const found = responses
    .find((response) => response.topic === topic)
    ?.partitions.find((candidate) => candidate.partition === partition)
  if (found === undefined)
    throw unavailable(`tell what ${group} has committed of ${topic}/${partition}: the answer leaves it out`)
  // The broker's way to say that nothing was ever committed.
  if (Number(found.offset) < 0) return { offset: null, metadata: '' }
  return { offset: Number(found.offset), metadata: found.metadata ?? '' }
}
