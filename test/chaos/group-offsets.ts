import kafkajs from 'kafkajs'
import type { Site } from './open-site.ts'

export interface GroupPartition {
  readonly group: string
  readonly topic: string
  readonly partition: number
}

export interface CommittedOffset {
  /** -1 when nothing was committed. */
  readonly offset: number
  readonly metadata: string
}

const kafkaOf = ({ cluster }: Pick<Site, 'cluster'>) =>
  new kafkajs.Kafka({ brokers: cluster.direct.split(','), logLevel: kafkajs.logLevel.NOTHING })

/** What a group has committed of a topic, by partition. */
export async function readOffsets(
  site: Site,
  { group, topic }: Omit<GroupPartition, 'partition'>,
): Promise<Map<number, CommittedOffset>> {
  const admin = kafkaOf(site).admin()
  await admin.connect()
  try {
    const [found] = await admin.fetchOffsets({ groupId: group, topics: [topic] })
    const partitions = found?.partitions ?? []
    return new Map(
      partitions.map(({ partition, offset, metadata }) => [partition, { offset: Number(offset), metadata: metadata ?? '' }]),
    )
  } finally {
    await admin.disconnect()
  }
}

export async function readOffset(site: Site, where: GroupPartition): Promise<CommittedOffset> {
  return (await readOffsets(site, where)).get(where.partition) ?? { offset: -1, metadata: '' }
}

/** What an operator's tool does while nobody is in the group. */
export async function writeOffset(site: Site, where: GroupPartition, { offset, metadata }: CommittedOffset): Promise<void> {
  const producer = kafkaOf(site).producer({
    transactionalId: `operator-${where.group}`,
    maxInFlightRequests: 1,
    idempotent: true,
  })
  await producer.connect()
  try {
    const transaction = await producer.transaction()
    const partitions = [{ partition: where.partition, offset: String(offset), metadata }]
    await transaction.sendOffsets({ consumerGroupId: where.group, topics: [{ topic: where.topic, partitions }] })
    await transaction.commit()
  } finally {
    await producer.disconnect()
  }
}

export async function addPartitions(site: Site, topic: string, count: number): Promise<void> {
  const admin = kafkaOf(site).admin()
  await admin.connect()
  try {
    await admin.createPartitions({ topicPartitions: [{ topic, count }] })
  } finally {
    await admin.disconnect()
  }
}
