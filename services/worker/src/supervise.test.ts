import type { Clock } from '@leadline/engine'
import { beforeEach, describe, expect, it } from 'vitest'
import { type Child, type Supervisor, supervise } from './supervise.ts'

interface FakeChild extends Child {
  readonly number: number
  readonly asked: string[]
  /** It ends. */
  die(exitCode: number): Promise<void>
  work(): Promise<void>
}

let children: FakeChild[]
let told: string[]
let clock: Clock & { pass(ms: number): void }

beforeEach(() => {
  children = []
  told = []
  clock = createClock()
})

function createClock() {
  let now = 1_000_000
  let timers: { at: number; task: () => void }[] = []
  return {
    now: () => now,
    random: () => 0,
    after: (delayMs: number, task: () => void) => {
      const timer = { at: now + delayMs, task }
      timers.push(timer)
      return () => {
        timers = timers.filter((other) => other !== timer)
      }
    },
    pass: (ms: number) => {
      now += ms
      const due = timers.filter(({ at }) => at <= now)
      timers = timers.filter(({ at }) => at > now)
      for (const { task } of due) task()
    },
  }
}

// A turn of the event loop: every promise that was settled has told its followers.
const settled = () => new Promise<void>((resolve) => setImmediate(resolve))

function startChild(number: number): Child {
  const ready = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<number>()
  const asked: string[] = []
  const child: FakeChild = {
    ...{ number, asked, pid: 100 + children.length, ready: ready.promise, ended: ended.promise },
    end: () => void asked.push('end'),
    kill: () => {
      asked.push('kill')
      ended.resolve(137)
    },
    die: (exitCode) => {
      ended.resolve(exitCode)
      return settled()
    },
    work: () => {
      ready.resolve()
      return settled()
    },
  }
  children.push(child)
  return child
}

function superviseFakes(count: number): Supervisor {
  const observer = {
    started: (number: number, pid: number | undefined) => void told.push(`${number} started as ${pid}`),
    ready: (number: number) => void told.push(`${number} ready`),
    ended: (number: number, exitCode: number, retryInMs: number) =>
      void told.push(`${number} ended with ${exitCode}, again in ${retryInMs}`),
  }
  return supervise({ count, start: startChild, clock, observer })
}

/** The last child of a number dies, and as much time passes as it takes to start it again. */
async function dieAndWait(number: number, waitMs: number): Promise<number> {
  const before = children.length
  await children.findLast((child) => child.number === number)?.die(1)
  clock.pass(waitMs - 1)
  expect(children).toHaveLength(before)
  clock.pass(1)
  return children.length - before
}

describe('several workers', () => {
  it('are started at once, each with its number, and tell when they work', async () => {
    superviseFakes(2)
    await children[1]?.work()
    expect(told).toEqual(['1 started as 100', '2 started as 101', '2 ready'])
  })

  it('do without the one that dies until it is started again, a second later', async () => {
    superviseFakes(2)
    await children[0]?.die(137)
    expect(told.slice(2)).toEqual(['1 ended with 137, again in 1000'])
    clock.pass(1_000)
    expect(children.map(({ number }) => number)).toEqual([1, 2, 1])
  })

  it('that keep dying are started ever later, at most half a minute', async () => {
    superviseFakes(1)
    for (const waitMs of [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]) expect(await dieAndWait(1, waitMs)).toBe(1)
  })

  it('that lived for a minute are started again as soon as at first', async () => {
    superviseFakes(1)
    await dieAndWait(1, 1_000)
    await dieAndWait(1, 2_000)
    clock.pass(60_000)
    expect(await dieAndWait(1, 1_000)).toBe(1)
  })
})

describe('several workers that are to end', () => {
  it('all drain at the same time, and the worst exit code is theirs', async () => {
    const supervisor = superviseFakes(3)
    const closing = supervisor.close()
    expect(children.map(({ asked }) => asked)).toEqual([['end'], ['end'], ['end']])
    await children[0]?.die(0)
    await children[1]?.die(3)
    await children[2]?.die(1)
    expect(await closing).toBe(3)
  })

  it('are not started again', async () => {
    const supervisor = superviseFakes(2)
    await children[0]?.die(1)
    const closing = supervisor.close()
    await children[1]?.die(0)
    clock.pass(100_000)
    expect(await closing).toBe(1)
    expect(children).toHaveLength(2)
  })

  it('are killed when they do not drain in 40 seconds', async () => {
    const closing = superviseFakes(1).close()
    clock.pass(39_999)
    expect(children[0]?.asked).toEqual(['end'])
    clock.pass(1)
    expect(await closing).toBe(137)
    expect(children[0]?.asked).toEqual(['end', 'kill'])
  })

  it('are asked once, however often that is wanted', async () => {
    const supervisor = superviseFakes(1)
    const closings = [supervisor.close(), supervisor.close()]
    await children[0]?.die(0)
    expect(await Promise.all(closings)).toEqual([0, 0])
    expect(children[0]?.asked).toEqual(['end'])
  })
})
