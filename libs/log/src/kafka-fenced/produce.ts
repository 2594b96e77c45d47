import type { Cluster } from './cluster.ts'
import { busy, errorCode, movedLeader } from './wire/error-codes.ts'
import { type PartitionBatch, produceCall } from './wire/transaction-calls.ts'

export interface ProduceOptions {
  readonly cluster: Cluster
  /** null: outside of any transaction. */
  readonly transactionalId: string | null
  readonly batches: readonly PartitionBatch[]
  /** No try lasts much longer than until then, in milliseconds since 1970. */
  readonly giveUpAt: number
  /** Asked before a further try with how many there were; waits a little, and says whether there is one. */
  readonly again: (tries: number) => Promise<boolean>
}

/** `gave-up`: some of them may be held. */
export type Produced = { readonly type: 'done' } | { readonly type: 'gave-up'; readonly reason: unknown } | Refused

/** By a code that trying again would not change. */
interface Refused {
  readonly type: 'refused'
  readonly code: number
  readonly topic: string
}

/** Sends to each leader what is its own, again where it was not taken: the sequence numbers make the broker keep it once. */
export async function produce(options: ProduceOptions): Promise<Produced> {
  const { cluster, batches, again } = options
  let left = batches
  await cluster.know(batches.map(({ topic }) => topic)).catch(() => {})
  for (let tries = 1; left.length > 0; tries++) {
    const byLeader = Map.groupBy(left, ({ topic, partition }) => cluster.leader(topic, partition))
    const answers = await Promise.all(Array.from(byLeader, ([node, its]) => toLeader(options, node, its)))
    const open: Open[] = []
    for (const answer of answers) {
      if (answer.type === 'refused') return answer
      open.push(answer)
    }
    left = open.flatMap((answer) => answer.left)
    if (left.length === 0) break
    if (open.some(({ moved }) => moved)) await cluster.refresh().catch(() => {})
    if (!(await again(tries))) return { type: 'gave-up', reason: open.find(({ reason }) => reason !== undefined)?.reason }
  }
  return { type: 'done' }
}

const shortestTryMs = 500

/** How long one try may take: what is left, but enough for an answer that is on its way. */
export function tryMs(giveUpAt: number): number {
  return Math.max(shortestTryMs, giveUpAt - Date.now())
}

interface Open {
  readonly type: 'open'
  readonly left: readonly PartitionBatch[]
  readonly moved: boolean
  /** Why the leader could not be asked. */
  readonly reason?: unknown
}

async function toLeader(
  { cluster, transactionalId, giveUpAt }: ProduceOptions,
  node: number | undefined,
  batches: readonly PartitionBatch[],
): Promise<Open | Refused> {
  if (node === undefined) return { type: 'open', left: batches, moved: true }
  try {
    const connection = await cluster.toNode(node, 'produce')
    const answers = await connection.request(produceCall(transactionalId, batches), tryMs(giveUpAt))
    const codes = new Map(answers.map(({ topic, partition, code }) => [`${topic}/${partition}`, code]))
    const left: PartitionBatch[] = []
    let moved = false
    for (const batch of batches) {
      const code = codes.get(`${batch.topic}/${batch.partition}`) ?? errorCode.requestTimedOut
      if (code === errorCode.none || code === errorCode.duplicateSequence) continue
      if (!busy.has(code) && !movedLeader.has(code)) return { type: 'refused', code, topic: batch.topic }
      moved ||= movedLeader.has(code)
      left.push(batch)
    }
    return { type: 'open', left, moved }
  } catch (reason) {
    return { type: 'open', left: batches, moved: true, reason }
  }
}
