import type { StepVerdict } from '@leadline/connectors'
import { describe, expect, it } from 'vitest'
import { answered, type Call, eventually, flowsOf, startSystem, topics, unavailable, wait } from './memory-system.ts'

describe('a destination that is down', () => {
  it('costs its leads no more attempts than it took to notice, nothing is dead-lettered, and all is delivered when it is back', async () => {
    let isDown = true
    let calls = 0
    const bad: Call = async () => {
      calls++
      return isDown ? unavailable : answered
    }
    await using system = await startSystem(flowsOf({ good: async () => answered, bad }))
    await system.send('bad', 100)
    await eventually(async () => calls >= 5)
    await wait(100)
    const callsToNotice = calls
    await system.send('bad', 100)
    await system.send('good', 100)

    await eventually(async () => (await system.completed('good')).length === 100, 2_000)
    await wait(1_500)
    expect(calls - callsToNotice).toBeLessThan(15)
    isDown = false

    await eventually(async () => (await system.completed('bad')).length === 200)
    expect(await system.countOf(topics.deadLetters)).toBe(0)
    expect((await system.completed('bad')).every(({ outcome }) => outcome === 'success')).toBe(true)
  }, 30_000)
})

describe('a destination that is slow', () => {
  it('has its share of the calls in flight, and the others keep theirs', async () => {
    let slowCalls = 0
    const never = new Promise<StepVerdict>(() => {})
    const slow: Call = () => {
      slowCalls++
      return never
    }
    await using system = await startSystem(flowsOf({ good: async () => answered, slow }), 128)
    await system.send('slow', 1_000)
    await eventually(async () => slowCalls > 0)
    await system.send('good', 300)
    await eventually(async () => (await system.completed('good')).length === 300, 3_000)
    expect(slowCalls).toBe(64)
  }, 30_000)
})

describe('a destination with a rate', () => {
  it('is never called faster, and its backlog comes through at that rate', async () => {
    const times: number[] = []
    const limited: Call = async () => {
      times.push(Date.now())
      return answered
    }
    await using system = await startSystem(flowsOf({ limited }, { limits: { ratePerSecond: 50 } }))
    await system.send('limited', 200)
    await eventually(async () => (await system.completed('limited')).length === 200)
    const most = Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 1_000).length))
    // A full bucket, then one second's worth.
    expect(most).toBeLessThanOrEqual(101)
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(2_500)
  }, 30_000)
})
