import { type Clock, systemClock } from '@leadline/engine'
import { createMemoryCluster, type Log, type MemoryCluster, openMemoryLog } from '@leadline/log'
import { describe, expect, it } from 'vitest'
import { type BoardOptions, openBoard } from './board.ts'
import { createDestinations } from './destinations.ts'

const topic = { name: 'destinations', partitions: 1, cleanup: 'compact', retentionMs: null, maxRecordBytes: 1_000_000 } as const
const limits = new Map([
  ['crm:443', { concurrency: 10, rate: { perSecond: 10, burst: 1 }, quota: { max: 5, per: 'day' } }],
] as const)
const down = (lead: number) => ({ type: 'error', lead: `lead ${lead}`, class: 'timeout', retryAfterMs: null }) as const

const quotaStart = Date.UTC(2026, 0, 1)
const day = 86_400_000

/** Stands still until it is moved; `beat` does what is planned, whatever the time. */
function handClock(startMs = quotaStart) {
  let tasks: { readonly delayMs: number; readonly task: () => void }[] = []
  const clock = {
    nowMs: startMs,
    now: () => clock.nowMs,
    random: () => 0.5,
    after: (delayMs: number, task: () => void) => {
      const planned = { delayMs, task }
      tasks.push(planned)
      return () => {
        tasks = tasks.filter((other) => other !== planned)
      }
    },
    beat: (): void => {
      const due = tasks
      tasks = []
      for (const { task } of due) task()
    },
    /** Of what is planned. */
    delays: () => tasks.map(({ delayMs }) => delayMs),
  }
  return clock
}

async function startProcess(cluster: MemoryCluster, clock: Clock = systemClock) {
  const log = await openMemoryLog({ shared: cluster })
  await log.ensureTopics([topic])
  return { log, ...(await startOn(log, clock)) }
}

async function startOn(log: BoardOptions['log'], clock: Clock) {
  const destinations = createDestinations({ limits, clock })
  const unreadable: string[] = []
  const board = await openBoard({
    destinations,
    log,
    topic: topic.name,
    clock,
    openMs: 30_000,
    unreadable: (key) => unreadable.push(key),
  })
  const use = (calls: number): void => {
    for (let i = 0; i < calls; i++) destinations.get('crm:443')?.quota?.take(clock.now())
  }
  const exhausted = (): boolean => destinations.get('crm:443')?.quota?.exhaustedUntil(clock.now()) !== null
  return { destinations, board, unreadable, use, exhausted }
}

/** A log that answers when it is told to; what was asked of it and what was given to it: of each note its kind and what it says. */
function handLog() {
  const ends = Promise.withResolvers<never>()
  const appends: PromiseWithResolvers<void>[] = []
  const given: (readonly [string, unknown])[][] = []
  const reads: string[] = []
  const log: BoardOptions['log'] = {
    ends: () => ends.promise,
    read: (range) => {
      reads.push(range.topic)
      throw new Error('this log is closed')
    },
    append: (records) => {
      given.push(records.map(({ key, value }) => [String(key).split('|')[0] ?? '', value && JSON.parse(value.toString())]))
      const append = Promise.withResolvers<void>()
      appends.push(append)
      return append.promise
    },
  }
  return { log, given, reads, ends, append: (index: number) => appends[index] }
}

/** The keys that a compaction would leave. */
async function keysOf(log: Log): Promise<string[]> {
  const left = new Set<string>()
  const [end] = await log.ends(topic.name)
  for await (const batch of log.read({ topic: topic.name, partition: 0, from: 0, to: end?.end ?? 0 })) {
    for (const { key, value } of batch) {
      if (value === null) left.delete(String(key))
      else left.add(String(key))
    }
  }
  return [...left].map((key) => key.split('|')[0] ?? '')
}

async function eventually(holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 3_000
  while (!(await holds())) {
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

  it('hear what was used in a window although it is as much as in the window before', async () => {
    const cluster = createMemoryCluster()
    const [clock, otherClock] = [handClock(), handClock()]
    const one = await startProcess(cluster, clock)
    const other = await startProcess(cluster, otherClock)
    one.use(3)
    clock.beat()
    clock.nowMs += day
    otherClock.nowMs += day
    one.use(3)
    clock.beat()
    other.use(2)
    await eventually(other.exhausted)
  })

  it('share a rate although their clocks are a minute apart', async () => {
    const cluster = createMemoryCluster()
    const [clock, late] = [handClock(), handClock(quotaStart - 60_000)]
    const one = await startProcess(cluster, clock)
    await startProcess(cluster, late)
    await eventually(() => one.board.processes === 2)
    clock.beat()
    expect(one.board.processes).toBe(2)
  })

  it('clear away what one of them left that crashed, and what it used a whole day ago', async () => {
    const cluster = createMemoryCluster()
    const clock = handClock()
    const one = await startProcess(cluster, clock)
    const crashing = handClock()
    const crashed = await startProcess(cluster, crashing)
    crashed.use(5)
    crashing.beat()
    await eventually(one.exhausted)
    expect((await keysOf(one.log)).toSorted()).toEqual(['process', 'process', 'used'])

    clock.nowMs += 20_000
    clock.beat()
    await eventually(async () => (await keysOf(one.log)).filter((kind) => kind === 'process').length === 1)
    expect(one.exhausted()).toBe(true)

    clock.nowMs += 2 * day
    clock.beat()
    await eventually(async () => (await keysOf(one.log)).join() === 'process')
  })

  it('clear away what they used themselves a whole day ago', async () => {
    const clock = handClock()
    const one = await startProcess(createMemoryCluster(), clock)
    one.use(1)
    clock.beat()
    await eventually(async () => (await keysOf(one.log)).includes('used'))
    clock.nowMs += 2 * day
    clock.beat()
    await eventually(async () => !(await keysOf(one.log)).includes('used'))
  })

  it.each(['no JSON', '{"by":"another"}', '{"by":"another","type":"down","until":"soon"}', '[]'])(
    'pass over a note that nobody can read, and say so: %s',
    async (value) => {
      const cluster = createMemoryCluster()
      const one = await startProcess(cluster)
      const record = {
        topic: topic.name,
        partition: 0,
        key: Buffer.from('breaker|crm:443'),
        value: Buffer.from(value),
        headers: {},
      }
      await one.log.append([record])
      const other = await startProcess(cluster)
      for (let i = 0; i < 20; i++) one.destinations.ended('crm:443', down(i))
      await eventually(() => other.destinations.closedUntil('crm:443') !== null)
      expect(other.unreadable).toEqual(['breaker|crm:443'])
      await Promise.all([one.board[Symbol.asyncDispose](), other.board[Symbol.asyncDispose]()])
    },
  )
})

describe('a board whose log does not answer', () => {
  it('keeps no more than the newest note of each key, and tells them together when it does', async () => {
    const clock = handClock()
    const { log, given, append } = handLog()
    const one = await startOn(log, clock)
    one.use(1)
    clock.beat()
    one.use(1)
    clock.beat()
    expect(given.map((notes) => notes.map(([kind]) => kind))).toEqual([['process']])

    append(0)?.reject(new Error('no broker answers'))
    await eventually(() => given.length === 2)
    const by = expect.any(String)
    expect(given[1]).toEqual([
      ['process', { by, type: 'here' }],
      ['used', { by, type: 'used', window: quotaStart, used: 2 }],
    ])
  })

  it('ends within two seconds, and reads nothing of a log that was closed meanwhile', async () => {
    const clock = handClock()
    const { log, reads, ends } = handLog()
    const { board } = await startOn(log, clock)
    const ended = board[Symbol.asyncDispose]()
    expect(clock.delays()).toEqual([2_000])
    clock.beat()
    await ended

    ends.reject(new Error('the log was closed'))
    await new Promise((resolve) => setImmediate(resolve))
    expect({ reads, delays: clock.delays() }).toEqual({ reads: [], delays: [] })
  })

  it('tells at its end that its process leaves, as soon as what is under way has ended', async () => {
    const clock = handClock()
    const { log, given, ends, append } = handLog()
    const { board } = await startOn(log, clock)
    const ended = board[Symbol.asyncDispose]()
    append(0)?.resolve()
    await eventually(() => given.length === 2)
    expect(given[1]).toEqual([['process', null]])

    append(1)?.resolve()
    ends.reject(new Error('no broker answers'))
    await ended
    expect(clock.delays()).toEqual([])
  })
})
