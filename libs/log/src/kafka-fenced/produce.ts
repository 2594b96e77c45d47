import type { Cluster } from './cluster.ts'
import { busy, errorCode, movedLeader } from './wire/error-codes.ts'
import { type PartitionBatch, type ProducedPartition, produceCall } from './wire/transaction-calls.ts'

export interface ProduceOptions {
  readonly cluster: Cluster
  /** null: outside of any transaction. */
  readonly transactionalId: string | null
  readonly batches: readonly PartitionBatch[]
  /** No try lasts much longer than until then, by `performance.now`: the time of day can be set back. */
  readonly giveUpAt: number
  /** Asked before a further try with how many there were; waits a little, and says whether there is one. */
  readonly again: (tries: number) => Promise<boolean>
}

export type Produced = Done | GaveUp | Refused

interface Done {
  readonly type: 'done'
  /** What the brokers have told of batches that they took. */
  readonly taken: readonly ProducedPartition[]
}

/** Some of them may be held. */
interface GaveUp {
  readonly type: 'gave-up'
  /** Why a leader could not be asked. */
  readonly reason: unknown
  /** The last answers, in which trying again was worth while. */
  readonly unwritten: readonly Unwritten[]
}

/** By a code that trying again would not change. */
interface Refused extends Unwritten {
  readonly type: 'refused'
}

export interface Unwritten {
  readonly topic: string
  readonly partition: number
  readonly code: number
}

/** Sends to each leader what is its own, again where it was not taken: the sequence numbers make the broker keep it once. */
export async function produce(options: ProduceOptions): Promise<Produced> {
  const { cluster, batches, again } = options
  let left = batches
  const taken: ProducedPartition[] = []
  await cluster.know(batches.map(({ topic }) => topic)).catch(() => {})
  for (let tries = 1; left.length > 0; tries++) {
    const byLeader = Map.groupBy(left, ({ topic, partition }) => cluster.leader(topic, partition))
    const answers = await Promise.all(Array.from(byLeader, ([node, its]) => toLeader(options, node, its)))
    const open: Open[] = []
    for (const answer of answers) {
      if (answer.type === 'refused') return answer
      open.push(answer)
      taken.push(...answer.taken)
    }
    left = open.flatMap((answer) => answer.left)
    if (left.length === 0) break
    if (open.some(({ moved }) => moved)) await cluster.refresh().catch(() => {})
    if (!(await again(tries))) {
      const reason = open.find((answer) => answer.reason !== undefined)?.reason
      return { type: 'gave-up', reason, unwritten: open.flatMap((answer) => answer.unwritten) }
    }
  }
  return { type: 'done', taken }
}

const shortestTryMs = 500

/** How long one try may take: what is left, but enough for an answer that is on its way. */
export function tryMs(giveUpAt: number): number {
  return Math.max(shortestTryMs, Math.round(giveUpAt - performance.now()))
}

interface Open {
  readonly type: 'open'
  readonly taken: readonly ProducedPartition[]
  readonly left: readonly PartitionBatch[]
  readonly moved: boolean
  readonly unwritten: readonly Unwritten[]
  /** Why the leader could not be asked. */
  readonly reason?: unknown
}

async function toLeader(
  { cluster, transactionalId, giveUpAt }: ProduceOptions,
  node: number | undefined,
  batches: readonly PartitionBatch[],
): Promise<Open | Refused> {
  if (node === undefined) {
    const unwritten = batches.map(({ topic, partition }) => {
      const code = cluster.topicId(topic) === undefined ? errorCode.unknownTopicOrPartition : errorCode.leaderNotAvailable
      return { topic, partition, code }
    })
    return { type: 'open', taken: [], left: batches, moved: true, unwritten }
  }
  try {
    const connection = await cluster.toNode(node, 'produce')
    const answers = await connection.request(produceCall(transactionalId, batches), tryMs(giveUpAt))
    const answered = new Map(answers.map((answer) => [`${answer.topic}/${answer.partition}`, answer]))
    const taken: ProducedPartition[] = []
    const left: PartitionBatch[] = []
    const unwritten: Unwritten[] = []
    let moved = false
    for (const batch of batches) {
      const answer = answered.get(`${batch.topic}/${batch.partition}`)
      const code = answer?.code ?? errorCode.requestTimedOut
      if (code === errorCode.none || code === errorCode.duplicateSequence) {
        if (answer !== undefined) taken.push(answer)
        continue
      }
      if (!busy.has(code) && !movedLeader.has(code)) {
        return { type: 'refused', code, topic: batch.topic, partition: batch.partition }
      }
      moved ||= movedLeader.has(code)
      left.push(batch)
      unwritten.push({ topic: batch.topic, partition: batch.partition, code })
    }
    return { type: 'open', taken, left, moved, unwritten }
  } catch (reason) {
    return { type: 'open', taken: [], left: batches, moved: true, reason, unwritten: [] }
  }
}
