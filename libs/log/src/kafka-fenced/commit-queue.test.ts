import { describe, expect, test } from 'vitest'
import type { SizedRecord } from '../kafka/topic-catalog.ts'
import type { PartitionRecords } from './by-partition.ts'
import type { Trace } from './commit-evidence.ts'
import { type CommitQueue, createCommitQueue } from './commit-queue.ts'
import type { GroupMember } from './group-member.ts'
import type { NextOffset, TransactionEnd } from './transactor.ts'

interface Run {
  readonly partitions: readonly number[]
  readonly records: readonly PartitionRecords[]
  /** `trace` is of one whose records may be kept. */
  end(type: TransactionEnd['type'], trace?: Trace): void
  fail(error: Error): void
}

function opened() {
  const runs: Run[] = []
  const order: string[] = []
  let arrived = Promise.withResolvers<void>()
  const transactor = {
    run: (offsets: readonly NextOffset[], records: readonly PartitionRecords[]) =>
      new Promise<TransactionEnd>((end, fail) => {
        runs.push({
          partitions: offsets.map(({ partition }) => partition),
          records,
          end: (type, trace) => end(type === 'committed' || type === 'unknown' ? { type, trace } : { type }),
          fail,
        })
        arrived.resolve()
        arrived = Promise.withResolvers()
      }),
    settle: async () => void order.push('settled'),
  }
  const member: GroupMember = {
    joined: Promise.resolve(),
    place: () => ({ member: 'm', epoch: 1 }),
    confirm: async () => void order.push('confirmed'),
    tell: () => {},
    leave: async () => {},
  }
  const queue = createCommitQueue({ transactor, member: () => member, signal: new AbortController().signal, listener: () => {} })
  const next = async (): Promise<Run> => {
    while (runs.length === 0) await arrived.promise
    const run = runs.shift()
    if (run === undefined) throw new Error('no transaction was begun')
    return run
  }
  return { queue, next, order, runs }
}

const sized = (partition: number, bytes: number): SizedRecord => ({
  topic: 'out',
  partition,
  bytes,
  maxMessageBytes: 1_000_000,
  record: { topic: 'out', key: null, value: Buffer.alloc(1), headers: {} },
})

function ending(queue: CommitQueue, partition: number, records: readonly SizedRecord[] = [], lost = new AbortController()) {
  const lane = { group: 'g', topic: 'in', partition }
  return queue.commit({ lane, offset: 1, metadata: '', records, lost: lost.signal })
}

async function commit(...wanted: Parameters<typeof ending>) {
  return (await ending(...wanted)).answer
}

describe('commits of several lanes', () => {
  test('that come while a transaction runs go together in the next one', async () => {
    const { queue, next } = opened()
    const first = commit(queue, 0)
    const one = await next()
    const others = [commit(queue, 1), commit(queue, 2)]
    one.end('committed')
    const two = await next()
    two.end('committed')

    expect([one.partitions, two.partitions]).toEqual([[0], [1, 2]])
    expect(await Promise.all([first, ...others])).toEqual(['committed', 'committed', 'committed'])
  })

  test('that come in one turn of the event loop go in one transaction', async () => {
    const { queue, next } = opened()
    const all = [commit(queue, 0), Promise.resolve().then(() => commit(queue, 1)), commit(queue, 2)]
    const only = await next()
    only.end('committed')

    expect(only.partitions).toEqual([0, 2, 1])
    expect(await Promise.all(all)).toEqual(['committed', 'committed', 'committed'])
  })

  test('share a transaction only as far as a broker takes it for one partition', async () => {
    const { queue, next } = opened()
    const first = commit(queue, 0)
    const one = await next()
    const others = [
      commit(queue, 1, [sized(3, 500_000)]),
      commit(queue, 2, [sized(3, 500_000)]),
      commit(queue, 4, [sized(5, 500_000)]),
    ]
    one.end('committed')
    const two = await next()
    two.end('committed')
    const three = await next()
    three.end('committed')

    expect([two.partitions, three.partitions]).toEqual([[1], [2, 4]])
    await Promise.all([first, ...others])
  })

  test('of a lane that was lost meanwhile are not sent', async () => {
    const { queue, next } = opened()
    const first = commit(queue, 0)
    const one = await next()
    const lost = new AbortController()
    const answer = commit(queue, 1, [], lost)
    lost.abort()
    one.end('committed')

    expect(await Promise.all([first, answer])).toEqual(['committed', 'fenced'])
  })

  test('that the group refuses wait until it has confirmed this member, and are sent again', async () => {
    const { queue, next, order } = opened()
    const answer = commit(queue, 0)
    const one = await next()
    one.end('refused')
    const two = await next()
    two.end('committed')

    expect(order).toEqual(['confirmed'])
    expect(await answer).toBe('committed')
  })

  test('whose producer somebody has taken over are not sent again: he may have committed what they would', async () => {
    const { queue, next, order, runs } = opened()
    const first = commit(queue, 0)
    const one = await next()
    const lost = new AbortController()
    const others = [commit(queue, 1), commit(queue, 2, [], lost)]
    one.end('committed')
    const two = await next()
    lost.abort()
    two.end('taken-over')

    expect(await Promise.all([first, ...others])).toEqual(['committed', 'unknown', 'fenced'])
    expect([order, runs]).toEqual([['confirmed'], []])
  })

  test('are sent one by one when they failed together, so that one cannot hold up the others', async () => {
    const { queue, next } = opened()
    const first = commit(queue, 0)
    const one = await next()
    const others = [commit(queue, 1), commit(queue, 2)]
    one.end('committed')
    for (const end of ['dropped', 'dropped', 'committed'] as const) (await next()).end(end)

    expect(await Promise.all([first, ...others])).toEqual(['committed', 'unknown', 'committed'])
  })

  test('of which nobody knows the end are told so, all of them', async () => {
    const { queue, next } = opened()
    const answer = commit(queue, 0)
    const one = await next()
    one.end('unknown')

    expect(await answer).toBe('unknown')
  })
})

test('a transaction that ends by an error is unknown to its lanes, and the next one goes on', async () => {
  const { queue, next } = opened()
  const first = commit(queue, 0)
  const one = await next()
  const second = commit(queue, 1)
  one.fail(new Error('nobody expected this'))
  const two = await next()
  two.end('committed')

  expect(await Promise.all([first, second])).toEqual(['unknown', 'committed'])
})

test('settling waits for the transaction under way, and what comes meanwhile waits for it', async () => {
  const { queue, next, order, runs } = opened()
  const first = commit(queue, 0)
  const one = await next()
  const settled = queue.settle()
  const second = commit(queue, 1)
  expect([order, runs.length]).toEqual([[], 0])
  one.end('committed')
  await settled
  expect(order).toEqual(['settled'])
  const two = await next()
  two.end('committed')

  expect(await Promise.all([first, second])).toEqual(['committed', 'committed'])
})

test('the transaction that is under way can be waited for, however many commits come after it', async () => {
  const { queue, next } = opened()
  const first = commit(queue, 0)
  const run = await next()
  const idle = queue.idle()
  const second = commit(queue, 1)
  run.end('committed')
  await idle
  const later = await next()
  later.end('committed')
  expect(await Promise.all([first, second])).toEqual(['committed', 'committed'])
})

test('whoever closes can wait for the transaction that is under way, and need not when there is none', async () => {
  const { queue, next, order } = opened()
  await queue.idle()
  const committing = ending(queue, 0).then(({ answer }) => order.push(answer))
  const run = await next()
  const idle = queue.idle().then(() => order.push('idle'))
  run.end('committed')
  await Promise.all([committing, idle])
  expect(order).toEqual(['committed', 'idle'])
})

const place = { topic: 'out', partition: 2, offset: 7, timestamp: 1_000 }

test.each(['committed', 'unknown'] as const)('all commits of a transaction that ended as %s share its trace', async (how) => {
  const { queue, next } = opened()
  const all = [ending(queue, 0), ending(queue, 1)]
  const run = await next()
  run.end(how, place)

  expect(await Promise.all(all)).toEqual([
    { answer: how, trace: place },
    { answer: how, trace: place },
  ])
})

test('of a commit whose transaction broke off nobody knows whether anything is kept', async () => {
  const { queue, next } = opened()
  const broken = ending(queue, 0)
  const run = await next()
  run.fail(new Error('a bug'))

  expect(await broken).toEqual({ answer: 'unknown', trace: undefined })
})

test.each(['dropped', 'taken-over'] as const)('of a commit whose transaction ended as %s nothing is kept', async (how) => {
  const { queue, next } = opened()
  const ended = ending(queue, 0)
  const run = await next()
  run.end(how)

  expect(await ended).toEqual({ answer: 'unknown', trace: 'nothing' })
})
