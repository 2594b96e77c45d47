import type { LeadlineError } from '@leadline/domain'
import { createBackoff, pause } from '../kafka/backoff.ts'
import { transactionTimeoutMs } from '../kafka/lane-producer.ts'
import { onTopics, type Right, toCommit } from '../kafka/missing-right.ts'
import type { Refusals } from '../kafka/refusals.ts'
import { refusing, unavailable, unwritable } from '../log-errors.ts'
import type { PartitionRecords } from './by-partition.ts'
import type { Cluster } from './cluster.ts'
import type { Trace } from './commit-evidence.ts'
import { type Produced, produce, tryMs } from './produce.ts'
import { createArena } from './wire/arena.ts'
import { coordinatorMs, type WireCall } from './wire/broker-connection.ts'
import { encodeBatch } from './wire/encode-batch.ts'
import { alteredTopic, busy, codeText, movedCoordinator, outOfGroup, refusesRecords, takenOver } from './wire/error-codes.ts'
import { transactionOffsetsCall } from './wire/group-calls.ts'
import {
  endTransactionCall,
  type IdentityAnswer,
  initProducerCall,
  type PartitionBatch,
  type ProducedPartition,
  type ProducerIdentity,
} from './wire/transaction-calls.ts'

export interface NextOffset {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly metadata: string
}

export interface GroupPlace {
  readonly member: string
  readonly epoch: number
}

export type TransactionEnd = Kept | Gone

/** `unknown`: it may be kept; where, is known all the same. */
interface Kept {
  readonly type: 'committed' | 'unknown'
  readonly trace: Trace
}

/**
 * Nothing of it is kept. `refused`: the group must be asked first whether this member is still in it. `dropped`: it may be tried again.
 * `taken-over`: whoever has the transactional id now may have committed the same.
 */
interface Gone {
  readonly type: 'refused' | 'dropped' | 'taken-over'
}

/** One transactional producer, one transaction after the other. */
export interface Transactor {
  run(offsets: readonly NextOffset[], records: readonly PartitionRecords[], place: GroupPlace): Promise<TransactionEnd>
  /** Resolves when no transaction of this transactional id is open any more, a former process's included. Rejects when the signal aborts. */
  settle(): Promise<void>
}

export interface TransactorOptions {
  readonly cluster: Cluster
  readonly group: string
  /** Whoever uses the same one is fenced by this process, and the other way round. It may change between two transactions. */
  readonly transactionalId: () => string
  readonly signal: AbortSignal
  readonly refusals: Refusals
  /** Told of topics that did not take what was for them: what is known of them may be old. */
  readonly doubt: (topics: readonly string[]) => void
}

/** How long a part of a transaction is tried again before the whole of it is given up: less than the broker gives it. */
const patienceMs = 10_000
/** How long it is asked how a transaction ended whose end was not answered. */
const endPatienceMs = 60_000

/** What one part of a transaction came to; `done` means all of it. */
type Part = 'done' | 'refused' | 'taken-over' | 'failed'

interface RecordsPart {
  readonly part: Part
  /** Undefined too when it is not done. */
  readonly trace: Trace
}

export function createTransactor(options: TransactorOptions): Transactor {
  const { cluster, group, transactionalId: idNow, signal, refusals, doubt } = options
  const arena = createArena()
  let transactionalId = ''
  let identity: ProducerIdentity | undefined

  async function settle(): Promise<void> {
    if (transactionalId !== idNow()) identity = undefined
    transactionalId = idNow()
    if (identity !== undefined) return
    const backoff = createBackoff(10, 2_000)
    while (!signal.aborted) {
      const answer = await askCoordinator(initProducerCall(transactionalId, transactionTimeoutMs))
      if (answer !== undefined && answer.code === 0) {
        identity = { id: answer.id, epoch: answer.epoch }
        return
      }
      if (answer !== undefined) await tellRefusal(answer.code, [])
      await backoff.wait(signal)
    }
    throw unavailable('begin a transaction: it is closed')
  }

  /** Undefined when it did not answer, or is another one by now. */
  async function askCoordinator(call: WireCall<IdentityAnswer>): Promise<IdentityAnswer | undefined> {
    try {
      const connection = await cluster.toCoordinator('transaction', transactionalId, 'commit')
      const answer = await connection.request(call, coordinatorMs)
      if (!movedCoordinator.has(answer.code)) return answer
    } catch (error) {
      // Whoever answers next knows; unless this process is not let in.
      await refusals.tellOf(error, [], { group })
    }
    cluster.forgetCoordinator('transaction', transactionalId)
    return undefined
  }

  /** Undefined when the code tells of no missing right. */
  async function tellRefusal(code: number, topics: readonly Right[]): Promise<LeadlineError | undefined> {
    return await refusals.tellOfCode(code, [...topics, ...toCommit(group, transactionalId)], { group })
  }

  async function run(
    offsets: readonly NextOffset[],
    records: readonly PartitionRecords[],
    place: GroupPlace,
  ): Promise<TransactionEnd> {
    try {
      await settle()
    } catch {
      return { type: 'dropped' }
    }
    const producer = identity
    if (producer === undefined) return { type: 'dropped' }
    // Given back by an end that was answered: after any other one the next transaction begins with a new identity, which ends this one.
    identity = undefined
    const now = Date.now()
    const giveUpAt = performance.now() + patienceMs
    // The connections have copied what they were given to send.
    arena.reuse()
    const batches = records.map(({ topic, partition, records: its }) => ({
      topic,
      partition,
      batch: encodeBatch(its, { producer, transactional: true, sequence: 0, nowMs: now, take: arena.take }),
    }))
    const [{ part, trace }, put] = await Promise.all([
      produceAll(batches, now, giveUpAt),
      putOffsets(offsets, producer, place, giveUpAt),
    ])
    const parts = [part, put]
    if (parts.every((its) => its === 'done')) return { type: await end(producer), trace }
    parts.push(await abort(producer))
    if (parts.includes('taken-over')) return { type: 'taken-over' }
    return { type: parts.includes('refused') ? 'refused' : 'dropped' }
  }

  async function produceAll(batches: readonly PartitionBatch[], nowMs: number, giveUpAt: number): Promise<RecordsPart> {
    const again = async (tries: number): Promise<boolean> => {
      if (signal.aborted || performance.now() > giveUpAt) return false
      await pause(tries === 1 ? 1 : 20, signal)
      return true
    }
    const produced = await produce({ cluster, transactionalId, batches, giveUpAt, again })
    if (produced.type === 'done') return { part: 'done', trace: batches.length > 0 ? traceOf(produced.taken, nowMs) : 'nothing' }
    if (produced.type === 'refused' && takenOver.has(produced.code)) return { part: 'taken-over', trace: undefined }
    await tellUnwritten(produced)
    return { part: 'failed', trace: undefined }
  }

  /** Without it an operator would see transactions fail, and nothing of why. */
  async function tellUnwritten(produced: Exclude<Produced, { type: 'done' }>): Promise<void> {
    const unwritten = produced.type === 'refused' ? [produced] : produced.unwritten
    doubt(unwritten.filter(({ code }) => alteredTopic.has(code) || refusesRecords.has(code)).map(({ topic }) => topic))
    const [first] = unwritten
    if (first === undefined) {
      if (produced.type === 'gave-up' && !signal.aborted) refusals.tell(unavailable('write records', produced.reason), { group })
      return
    }
    const { topic, partition, code } = first
    if ((await tellRefusal(code, onTopics('WRITE', [topic]))) !== undefined) return
    const what = refusesRecords.has(code) ? refusing(topic, codeText(code)) : unwritable(topic, partition, codeText(code))
    refusals.tell(what, { group })
  }

  async function putOffsets(
    offsets: readonly NextOffset[],
    producer: ProducerIdentity,
    place: GroupPlace,
    giveUpAt: number,
  ): Promise<Part> {
    const { member, epoch } = place
    const commit = { transactionalId, producerId: producer.id, producerEpoch: producer.epoch, group, member, epoch, offsets }
    for (let tries = 0; !signal.aborted && performance.now() < giveUpAt; tries++) {
      if (tries > 0) await pause(tries === 1 ? 1 : 20, signal)
      try {
        const connection = await cluster.toCoordinator('group', group, 'commit')
        const code = await connection.request(transactionOffsetsCall(commit), tryMs(giveUpAt))
        if (code === 0) return 'done'
        if (outOfGroup.has(code)) return 'refused'
        if (takenOver.has(code)) return 'taken-over'
        if (movedCoordinator.has(code)) cluster.forgetCoordinator('group', group)
        else if (!busy.has(code)) {
          await tellRefusal(
            code,
            onTopics(
              'READ',
              offsets.map(({ topic }) => topic),
            ),
          )
          return 'failed'
        }
      } catch {
        cluster.forgetCoordinator('group', group)
      }
    }
    return 'failed'
  }

  /** Asked again until answered: the broker answers a repeated commit as it did the first time. */
  async function end(producer: ProducerIdentity): Promise<Kept['type']> {
    const giveUpAt = performance.now() + endPatienceMs
    const backoff = createBackoff(5, 500)
    while (!signal.aborted && performance.now() < giveUpAt) {
      const answer = await askCoordinator(endTransactionCall(transactionalId, producer, true))
      if (answer?.code === 0) {
        identity = { id: answer.id, epoch: answer.epoch }
        return 'committed'
      }
      if (answer !== undefined && !busy.has(answer.code)) break
      await backoff.wait(signal)
    }
    return 'unknown'
  }

  async function abort(producer: ProducerIdentity): Promise<Part> {
    const answer = await askCoordinator(endTransactionCall(transactionalId, producer, false))
    if (answer === undefined || answer.code !== 0) return takenOver.has(answer?.code ?? 0) ? 'taken-over' : 'failed'
    identity = { id: answer.id, epoch: answer.epoch }
    return 'done'
  }

  return { run, settle }
}

/** Any place does: all batches of a transaction are kept, or none. */
function traceOf(taken: readonly ProducedPartition[], nowMs: number): Trace {
  const one = taken.find(({ offset }) => offset >= 0)
  if (one === undefined) return undefined
  const { topic, partition, offset, appendedAt } = one
  return { topic, partition, offset, timestamp: appendedAt < 0 ? nowMs : appendedAt }
}
