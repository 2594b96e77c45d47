import { createBackoff } from '../kafka/backoff.ts'
import { laneTransactionalId, transactionTimeoutMs } from '../kafka/lane-producer.ts'
import { toCommit } from '../kafka/missing-right.ts'
import type { Refusals } from '../kafka/refusals.ts'
import type { LaneName } from '../local-storage.ts'
import type { Cluster } from './cluster.ts'
import { coordinatorMs } from './wire/broker-connection.ts'
import { movedCoordinator } from './wire/error-codes.ts'
import { initProducerCall } from './wire/transaction-calls.ts'

export interface Fencing {
  readonly lost: AbortSignal
  readonly refusals: Refusals
}

/**
 * Takes over the producer that the lane has where each lane has one of its own: a process of that kind that was thought dead would be
 * fenced by its successor's producer, but never by the group. Resolves when it can commit nothing any more, or the lane is lost.
 */
export async function fenceLane(cluster: Cluster, lane: LaneName, { lost, refusals }: Fencing): Promise<void> {
  const id = laneTransactionalId(lane)
  const backoff = createBackoff(10, 2_000)
  while (!lost.aborted) {
    try {
      const connection = await cluster.toCoordinator('transaction', id, 'commit')
      const { code } = await connection.request(initProducerCall(id, transactionTimeoutMs), coordinatorMs)
      if (code === 0) return
      await refusals.tellOfCode(code, toCommit(lane.group, id), { ...lane })
      if (movedCoordinator.has(code)) cluster.forgetCoordinator('transaction', id)
    } catch (error) {
      await refusals.tellOf(error, [], { ...lane })
      cluster.forgetCoordinator('transaction', id)
    }
    await backoff.wait(lost)
  }
}
