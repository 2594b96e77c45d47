import { createBackoff, pause } from '../kafka/backoff.ts'
import { errorText } from '../kafka/kafka-errors.ts'
import { laneTransactionalId } from '../kafka/lane-producer.ts'
import type { LaneName } from '../local-storage.ts'
import type { LogListener } from '../log-listener.ts'
import type { Cluster } from './cluster.ts'
import { describeGroupCall } from './wire/describe-group-call.ts'
import { busy, codeText, movedCoordinator } from './wire/error-codes.ts'
import { initProducerCall } from './wire/transaction-calls.ts'

/**
 * Processes whose lanes have a producer each, as on brokers before Kafka 4. Kafka would take both kinds into one group, but what one commits
 * is not fenced by the other's fence: so they never work on a group at the same time.
 */
export interface OtherKind {
  /** Resolves when the group has no member of that kind. */
  gone(): Promise<void>
  /** Ends what such a process, thought dead, may still have open on the lane: when it wakes up it can commit nothing. */
  fence(lane: LaneName, lost: AbortSignal): Promise<void>
}

export interface OtherKindOptions {
  readonly cluster: Cluster
  readonly group: string
  readonly signal: AbortSignal
  readonly listener: LogListener
}

const askAgainMs = 1_000
const transactionTimeoutMs = 15_000
const without: ReadonlySet<string> = new Set(['Empty', 'Dead', ''])

export function createOtherKind({ cluster, group, signal, listener }: OtherKindOptions): OtherKind {
  async function isThere(): Promise<boolean> {
    const connection = await cluster.toCoordinator('group', group, 'ask')
    const { code, state } = await connection.request(describeGroupCall(group))
    if (movedCoordinator.has(code)) cluster.forgetCoordinator('group', group)
    if (code !== 0) throw new Error(codeText(code))
    return !without.has(state)
  }

  async function gone(): Promise<void> {
    const backoff = createBackoff(50, 2_000)
    while (!signal.aborted) {
      try {
        if (!(await isThere())) return
        const what = `${group} has members with KAFKA_TRANSACTIONS=lanes: this process works for it when they have ended`
        listener('warn', what, { group })
        await pause(askAgainMs, signal)
      } catch (error) {
        cluster.forgetCoordinator('group', group)
        const why = errorText(error)
        await backoff.wait(signal, (delayMs) =>
          listener('warn', `the group ${group} does not answer: ${why}; trying again in ${delayMs} ms`, { group }),
        )
      }
    }
  }

  async function fence(lane: LaneName, lost: AbortSignal): Promise<void> {
    const id = laneTransactionalId(lane)
    const backoff = createBackoff(10, 2_000)
    while (!lost.aborted) {
      try {
        const connection = await cluster.toCoordinator('transaction', id, 'commit')
        const { code } = await connection.request(initProducerCall(id, transactionTimeoutMs))
        if (code === 0) return
        if (movedCoordinator.has(code)) cluster.forgetCoordinator('transaction', id)
        else if (!busy.has(code)) listener('warn', `fencing ${id}: ${codeText(code)}`, { ...lane })
      } catch {
        cluster.forgetCoordinator('transaction', id)
      }
      await backoff.wait(lost)
    }
  }

  return { gone, fence }
}
