import { systemClock } from '@leadline/engine'
import { createMemoryCluster, type MemoryCluster, openMemoryLog } from '@leadline/log'
import { describe, expect, it } from 'vitest'
import { openBoard } from './board.ts'
import { createDestinations } from './destinations.ts'

const topic = { name: 'destinations', partitions: 1, cleanup: 'compact', retentionMs: null, maxRecordBytes: 1_000_000 } as const
const limits = new Map([
  ['crm:443', { concurrency: 10, rate: { perSecond: 10, burst: 1 }, quota: { max: 5, per: 'day' } }],
] as const)
const down = (lead: number) => ({ type: 'error', lead: `lead ${lead}`, class: 'timeout', retryAfterMs: null }) as const

async function startProcess(cluster: MemoryCluster) {
  const log = await openMemoryLog({ shared: cluster })
  await log.ensureTopics([topic])
  const destinations = createDestinations({ limits, clock: systemClock })
  const board = await openBoard({ destinations, log, topic: topic.name, clock: systemClock, openMs: 30_000 })
  return { destinations, board }
}

async function eventually(holds: () => boolean): Promise<void> {
  const end = Date.now() + 3_000
  while (!holds()) {
    if (Date.now() > end) throw new Error(`never: ${holds.toString()}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

describe('processes that share a board', () => {
  it('hear that a destination is down, and that it is up again', async () => {
    const cluster = createMemoryCluster()
    const one = await startProcess(cluster)
    const other = await startProcess(cluster)
    for (let i = 0; i < 20; i++) one.destinations.ended('crm:443', down(i))
    await eventually(() => other.destinations.closedUntil('crm:443') !== null)

    one.destinations.get('crm:443')?.breaker.openUntil(Date.now() - 1)
    expect(one.destinations.ask('crm:443', false).type).toBe('start')
    one.destinations.ended('crm:443', { type: 'answered', tookMs: 20 })
    await eventually(() => other.destinations.closedUntil('crm:443') === null)
    await Promise.all([one.board[Symbol.asyncDispose](), other.board[Symbol.asyncDispose]()])
  })

  it('hear of a pause that a destination asked for', async () => {
    const cluster = createMemoryCluster()
    const one = await startProcess(cluster)
    const other = await startProcess(cluster)
    one.destinations.ended('crm:443', { type: 'error', lead: 'a', class: 'limit', retryAfterMs: 60_000 })
    await eventually(() => (other.destinations.closedUntil('crm:443') ?? 0) > Date.now() + 50_000)
    await Promise.all([one.board[Symbol.asyncDispose](), other.board[Symbol.asyncDispose]()])
  })

  it('know of each other, and of one that has left', async () => {
    const cluster = createMemoryCluster()
    const one = await startProcess(cluster)
    const other = await startProcess(cluster)
    await eventually(() => one.board.processes === 2)
    await other.board[Symbol.asyncDispose]()
    await eventually(() => one.board.processes === 1)
    await one.board[Symbol.asyncDispose]()
  })
})
