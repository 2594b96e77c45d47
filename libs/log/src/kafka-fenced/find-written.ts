import { pause } from '../kafka/backoff.ts'
import { onTopics } from '../kafka/missing-right.ts'
import type { Refusals } from '../kafka/refusals.ts'
import { unavailable } from '../log-errors.ts'
import type { Cluster } from './cluster.ts'
import type { Written } from './commit-evidence.ts'
import { batchFate, type Found } from './wire/batch-fate.ts'
import { coordinatorMs } from './wire/broker-connection.ts'
import { alteredTopic, codeText, errorCode } from './wire/error-codes.ts'
import { type FetchedPartition, fetchCall } from './wire/fetch-call.ts'

export interface FindOptions {
  readonly cluster: Pick<Cluster, 'know' | 'refresh' | 'leader' | 'topicId' | 'toNode'>
  readonly refusals: Refusals
  readonly signal: AbortSignal
  /** How long what is not over yet is waited for: longer than a transaction whose owner has died stays open (15 s, looked for every 10 s). */
  readonly patienceMs?: number
}

const usualPatienceMs = 30_000
const againMs = 100
/** Others ask on the same connection, in turn. */
const fetchWaitMs = 0

/**
 * Whether what a transaction has written is committed, asked of the partition's leader. One that lags behind what brokers knew before they were
 * away shows a committed end before it: that, and transactions that are still open, are waited for. Rejects when the leader does not answer.
 */
export async function findWritten(options: FindOptions, written: Written): Promise<Found> {
  const { signal, refusals, patienceMs = usualPatienceMs } = options
  const { topic, partition, offset, timestamp } = written
  const giveUpAt = performance.now() + patienceMs
  do {
    const fetched = await fetchAt(options, written)
    if (fetched === undefined || alteredTopic.has(fetched.code)) {
      await pause(againMs, signal)
      continue
    }
    if ((await refusals.tellOfCode(fetched.code, onTopics('READ', [topic]), { topic, partition })) !== undefined) return 'untold'
    // Below what is kept, or beyond what is held: either way it cannot be seen.
    if (fetched.code === errorCode.offsetOutOfRange) return 'untold'
    if (fetched.code !== errorCode.none) throw unavailable(`read ${topic}/${partition}: ${codeText(fetched.code)}`)
    if (fetched.committedEnd > offset && fetched.bytes.length > 0) return batchFate(fetched, offset, timestamp)
    await pause(againMs, signal)
  } while (performance.now() < giveUpAt && !signal.aborted)
  return 'untold'
}

/** Undefined when the topic is gone, or not known yet to the broker that was asked. */
async function fetchAt({ cluster }: FindOptions, { topic, partition, offset }: Written): Promise<FetchedPartition | undefined> {
  try {
    await cluster.know([topic])
    const [node, topicId] = [cluster.leader(topic, partition), cluster.topicId(topic)]
    if (topicId === undefined) return undefined
    if (node === undefined) throw unavailable(`find the leader of ${topic}/${partition}`)
    const connection = await cluster.toNode(node, 'ask')
    const [fetched] = await connection.request(fetchCall([{ topicId, partition, offset }], fetchWaitMs), coordinatorMs)
    // A broker that holds its clients back may leave it out.
    if (fetched === undefined) throw unavailable(`read ${topic}/${partition}: it was left out of an answer`)
    if (fetched.code !== errorCode.none) await cluster.refresh()
    return fetched
  } catch (error) {
    await cluster.refresh().catch(() => {})
    throw error
  }
}
