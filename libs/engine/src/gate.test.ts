import { type Log, openMemoryLog } from '@leadline/log'
import { describe, expect, it } from 'vitest'
import type { Gate, Permission } from './gate.ts'
import { eventually, input, out, scenarioProcessor, scenarioTopics, valuesOf } from './processor-scenario.ts'
import { runProcessor } from './run-processor.ts'

/** A gate that answers what the test says; the resource of a record is the part of its value before the colon. */
function scriptedGate(answer: (resource: string, inUse: number, crowded: boolean) => Permission) {
  const listeners = new Set<(resource: string) => void>()
  const inUse = new Map<string, number>()
  const add = (resource: string, change: number): void => void inUse.set(resource, (inUse.get(resource) ?? 0) + change)
  const changed = (resource: string): void => {
    for (const listener of listeners) listener(resource)
  }
  const gate: Gate = {
    resourceOf: (record) => String(record.value).split(':')[0],
    ask: (resource, crowded) => {
      const permission = answer(resource, inUse.get(resource) ?? 0, crowded)
      if (permission.type === 'start') add(resource, 1)
      return permission
    },
    release: (resource) => {
      add(resource, -1)
      changed(resource)
    },
    park: (record, dueAt) => ({ records: [{ ...out(record), topic: 'dead', headers: { due: String(dueAt) } }] }),
    onChange: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
  return { gate, changed, inUse }
}

async function openLog(values: readonly string[]): Promise<Log> {
  const log = await openMemoryLog()
  await log.ensureTopics(scenarioTopics)
  await log.append(values.map((value, index) => input(`k${index}`, value, 0)))
  return log
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
const numbered = (resource: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${resource}:${i}`)
const limits = { flushIntervalMs: 2 }

describe('a gate', () => {
  it('lets no more records of a resource run than it says, in their order', async () => {
    const log = await openLog(numbered('a', 60))
    const { gate, inUse } = scriptedGate((_, used) => (used < 3 ? { type: 'start' } : { type: 'hold' }))
    let most = 0
    const started: string[] = []
    const work = async (record: { value: Buffer | null }) => {
      started.push(String(record.value))
      most = Math.max(most, inUse.get('a') ?? 0)
      await wait(1)
      return undefined
    }
    await using _running = await runProcessor({ processor: scenarioProcessor(work, { gate }), log, limits })
    await eventually(async () => (await valuesOf(log, 'out')).length === 60)
    expect(most).toBe(3)
    expect(started).toEqual(numbered('a', 60))
  })

  it('has its permit back before the slot of a call is free: as many calls as there are slots never wait for it', async () => {
    const log = await openMemoryLog()
    await log.ensureTopics(scenarioTopics)
    await log.append(numbered('a', 60).map((value, index) => input(`k${index}`, value, index % 2)))
    let held = 0
    const { gate } = scriptedGate((_, used) => {
      if (used < 4) return { type: 'start' }
      held++
      return { type: 'hold' }
    })
    const work = async () => {
      await wait(1)
      return undefined
    }
    const processor = scenarioProcessor(work, { gate })
    await using _running = await runProcessor({ processor, log, limits: { ...limits, inFlight: 4 } })
    await eventually(async () => (await valuesOf(log, 'out')).length === 60)
    expect(held).toBe(0)
  })

  it('does not let records of a closed resource stand in the way of others', async () => {
    const log = await openLog([...numbered('closed', 50), ...numbered('open', 20)])
    const { gate } = scriptedGate((resource) => (resource === 'closed' ? { type: 'hold' } : { type: 'start' }))
    await using _running = await runProcessor({ processor: scenarioProcessor(() => undefined, { gate }), log, limits })
    await eventually(async () => (await valuesOf(log, 'out')).length === 20)
    expect(new Set(await valuesOf(log, 'out'))).toEqual(new Set(numbered('open', 20)))
  })

  it('starts what it held when the resource changes', async () => {
    const log = await openLog(numbered('a', 20))
    let open = false
    const { gate, changed } = scriptedGate(() => (open ? { type: 'start' } : { type: 'hold' }))
    await using running = await runProcessor({ processor: scenarioProcessor(() => undefined, { gate }), log, limits })
    await eventually(() => running.lanes().some((lane) => lane.waiting === 20))
    open = true
    changed('a')
    await eventually(async () => (await valuesOf(log, 'out')).length === 20)
    expect(await valuesOf(log, 'dead')).toEqual([])
  })

  it('moves records out of the lane that it parks, without processing them', async () => {
    const log = await openLog(numbered('a', 10))
    let processed = 0
    const { gate } = scriptedGate(() => ({ type: 'park', dueAt: 77 }))
    const work = (): undefined => {
      processed++
      return undefined
    }
    await using _running = await runProcessor({ processor: scenarioProcessor(work, { gate }), log, limits })
    await eventually(async () => (await valuesOf(log, 'dead')).length === 10)
    expect(processed).toBe(0)
  })

  it('is told when a lane holds so many that one more must not wait in it: the window never fills', async () => {
    const log = await openLog([...numbered('closed', 3_000), ...numbered('open', 5)])
    const { gate } = scriptedGate((resource, _, crowded) => {
      if (resource === 'open') return { type: 'start' }
      return crowded ? { type: 'park', dueAt: 77 } : { type: 'hold' }
    })
    await using _running = await runProcessor({
      processor: scenarioProcessor(() => undefined, { gate }),
      log,
      limits: { ...limits, laneRecords: 400 },
    })
    await eventually(async () => (await valuesOf(log, 'out')).length === 5)
    expect((await valuesOf(log, 'dead')).length).toBe(3_000 - 40)
  })

  it('gets back the permits of records whose lane was lost while they ran', async () => {
    const log = await openLog(numbered('a', 3))
    const { gate, inUse } = scriptedGate(() => ({ type: 'start' }))
    const answer = Promise.withResolvers<undefined>()
    const processor = scenarioProcessor(() => answer.promise, { gate })
    const running = await runProcessor({ processor, log, limits: { ...limits, drainMs: 1 } })
    await eventually(() => inUse.get('a') === 3)
    await running.close()
    answer.resolve(undefined)
    await eventually(() => inUse.get('a') === 0)
  })

  it('starts what it held when a slot is free, although none was when the resource changed', async () => {
    const log = await openLog(['a:0', 'b:0'])
    let open = false
    const { gate, changed, inUse } = scriptedGate((resource) => (resource === 'b' || open ? { type: 'start' } : { type: 'hold' }))
    const answer = Promise.withResolvers<undefined>()
    const work = (record: { value: Buffer | null }) => (String(record.value) === 'b:0' ? answer.promise : undefined)
    const processor = scenarioProcessor(work, { gate })
    await using running = await runProcessor({ processor, log, limits: { ...limits, inFlight: 1 } })
    await eventually(() => inUse.get('b') === 1 && running.lanes().some(({ waiting }) => waiting === 1))
    open = true
    changed('a')
    answer.resolve(undefined)
    await eventually(async () => (await valuesOf(log, 'out')).length === 2)
    expect(inUse).toEqual(
      new Map([
        ['a', 0],
        ['b', 0],
      ]),
    )
  })
})
