import { setImmediate as nextTurn } from 'node:timers/promises'
import { type Backoff, createBackoff } from '../kafka/backoff.ts'
import { errorText } from '../kafka/kafka-errors.ts'
import type { SizedRecord } from '../kafka/topic-catalog.ts'
import type { LaneName } from '../local-storage.ts'
import type { LogListener } from '../log-listener.ts'
import { byPartition, entry } from './by-partition.ts'
import type { Trace } from './commit-evidence.ts'
import type { GroupMember } from './group-member.ts'
import type { TransactionEnd, Transactor } from './transactor.ts'

export interface WantedCommit {
  readonly lane: LaneName
  readonly offset: number
  readonly metadata: string
  readonly records: readonly SizedRecord[]
  /** Aborted when the lane is not ours any more. */
  readonly lost: AbortSignal
}

export type CommitAnswer = 'committed' | 'fenced' | 'unknown'

export interface CommitEnd {
  readonly answer: CommitAnswer
  /** Of its transaction, which other lanes may share. */
  readonly trace: Trace
}

/** The commits of all lanes of a member, as many in one transaction as wait when the one before ends. */
export interface CommitQueue {
  commit(wanted: WantedCommit): Promise<CommitEnd>
  /** Resolves when no transaction of this member is open or on its way. */
  settle(): Promise<void>
  /** Resolves when the transaction that is under way, if any, has ended. */
  idle(): Promise<void>
}

export interface CommitQueueOptions {
  readonly transactor: Transactor
  readonly member: () => GroupMember
  readonly signal: AbortSignal
  readonly listener: LogListener
  /** Absent: by the machine's time. */
  readonly pace?: Pace
}

/** How the queue waits: for the end of a turn of the event loop, and between tries. */
export interface Pace {
  nextTurn(): Promise<void>
  createBackoff(firstMs: number, longestMs: number): Backoff
}

interface Waiting extends WantedCommit {
  /** Of its records. */
  readonly bytes: number
  readonly answer: (end: CommitEnd) => void
}

/** A broker takes at most a megabyte for one partition in one batch; and what it takes at once should stay small beside its memory. */
const partitionBytes = 900_000
const transactionBytes = 8 * 1024 * 1024

const machinePace: Pace = { nextTurn, createBackoff }

export function createCommitQueue(options: CommitQueueOptions): CommitQueue {
  const { transactor, member, signal, listener, pace = machinePace } = options
  let waiting: Waiting[] = []
  /** So many of the first commits go alone: one among them was why a transaction failed. */
  let alone = 0
  let underWay: Promise<unknown> = Promise.resolve()
  let working: Promise<void> | undefined
  let settling: Promise<void> | undefined

  const work = (): Promise<void> => {
    working ??= drain().finally(() => {
      working = undefined
      // Whoever settles goes on with the work himself.
      if (waiting.length > 0 && settling === undefined) void work()
    })
    return working
  }

  async function drain(): Promise<void> {
    const backoff = pace.createBackoff(20, 2_000)
    while (true) {
      // Lanes commit in the same turn of the event loop: what they want goes together.
      await pace.nextTurn()
      waiting = waiting.filter(isAlive)
      if (waiting.length === 0 || settling !== undefined) return
      const chunk = waiting.slice(0, alone > 0 ? 1 : fitting(waiting))
      const running = run(chunk)
      underWay = running
      const ended = await running
      if (ended.type === 'committed') backoff.reset()
      if (ended.type === 'taken-over') await member().confirm()
      if (!conclude(chunk, ended)) await backoff.wait(signal)
      if (ended.type === 'refused') await member().confirm()
    }
  }

  /** An error that nobody expected must cost neither the process nor the lanes, which find out what is kept. */
  async function run(chunk: readonly Waiting[]): Promise<TransactionEnd> {
    try {
      return await transactor.run(
        chunk.map(({ lane, offset, metadata }) => ({ topic: lane.topic, partition: lane.partition, offset, metadata })),
        byPartition(chunk.map(({ records }) => records)),
        member().place(),
      )
    } catch (error) {
      listener('error', `a transaction of ${chunk.length} lanes broke off: ${errorText(error)}`, { lanes: chunk.length })
      return { type: 'unknown', trace: undefined }
    }
  }

  const isAlive = (commit: Waiting): boolean => {
    if (!commit.lost.aborted && !signal.aborted) return true
    commit.answer({ answer: 'fenced', trace: 'nothing' })
    return false
  }

  /** False when the same must be tried again. */
  function conclude(chunk: readonly Waiting[], end: TransactionEnd): boolean {
    switch (end.type) {
      case 'committed':
      case 'unknown':
        take(chunk, end.trace, () => end.type)
        return true
      case 'taken-over':
        // The group has said which lanes are lost; of the others only the position tells what he who took it over has committed.
        take(chunk, 'nothing', ({ lost }) => (lost.aborted ? 'fenced' : 'unknown'))
        return true
      case 'refused':
        return false
      case 'dropped':
        if (alone > 0 || chunk.length === 1) take(chunk, 'nothing', () => 'unknown')
        else alone = chunk.length
        listener('warn', `a transaction of ${chunk.length} lanes was dropped`, { lanes: chunk.length })
        return false
    }
  }

  function take(chunk: readonly Waiting[], trace: Trace, answerTo: (commit: Waiting) => CommitAnswer): void {
    waiting = waiting.slice(chunk.length)
    alone = Math.max(0, alone - chunk.length)
    for (const commit of chunk) commit.answer({ answer: answerTo(commit), trace })
  }

  async function settle(): Promise<void> {
    const before = settling ?? Promise.resolve()
    const mine = before.then(async () => {
      await working
      await transactor.settle()
    })
    settling = mine
    try {
      await mine
    } finally {
      if (settling === mine) settling = undefined
      if (waiting.length > 0) void work()
    }
  }

  return {
    commit: (wanted) =>
      new Promise((answer) => {
        waiting.push({ ...wanted, answer, bytes: wanted.records.reduce((sum, { bytes }) => sum + bytes, 0) })
        void work()
      }),
    settle,
    idle: async () => void (await underWay),
  }
}

/** How many of the first commits one transaction can carry; at least one. */
function fitting(commits: readonly Waiting[]): number {
  // Most transactions are smaller than what one partition may have.
  if (commits.reduce((sum, { bytes }) => sum + bytes, 0) <= partitionBytes) return commits.length
  const byTopic = new Map<string, Map<number, number>>()
  let total = 0
  let most = 0
  let count = 0
  for (const { records, bytes: more } of commits) {
    total += more
    for (const { topic, partition, bytes } of records) {
      const ofTopic = entry(byTopic, topic, () => new Map<number, number>())
      const sum = (ofTopic.get(partition) ?? 0) + bytes
      ofTopic.set(partition, sum)
      most = Math.max(most, sum)
    }
    if ((total > transactionBytes || most > partitionBytes) && count > 0) return count
    count++
  }
  return count
}
