import { createMemoryCluster, type Log, openMemoryLog } from '@leadline/log'
import { describe, expect, it } from 'vitest'
import { silentObserver } from './observer.ts'
import { eventually, input, scenarioProcessor, scenarioTopics, type Work } from './processor-scenario.ts'
import { type RunningProcessor, runProcessor } from './run-processor.ts'

/** A process with five records on one lane; counts the results that it says it dropped. */
async function startFive(
  work: (log: Log, kill: () => void) => Work,
): Promise<{ running: RunningProcessor; orphans: () => number }> {
  const cluster = createMemoryCluster()
  const log = await openMemoryLog({ shared: cluster })
  await log.ensureTopics(scenarioTopics)
  await log.append([1, 2, 3, 4, 5].map((number) => input(`k${number}`, `${number}`, 0)))
  let orphans = 0
  const running = await runProcessor({
    processor: scenarioProcessor(work(log, () => cluster.kill(log))),
    log,
    limits: { flushIntervalMs: 1, drainMs: 1 },
    observer: {
      ...silentObserver,
      orphaned: (_lane, count) => {
        orphans += count
      },
    },
  })
  return { running, orphans: () => orphans }
}

describe('a lane that is lost', () => {
  it('records as orphans the results of the commit that was refused', async () => {
    let calls = 0
    const { running, orphans } = await startFive((_log, kill) => () => {
      calls++
      if (calls === 5) kill()
      return undefined
    })
    await eventually(() => calls === 5)
    await running.close()
    expect(orphans()).toBe(5)
  })

  it('records as orphans the results that come after the loss', async () => {
    let calls = 0
    const answer = Promise.withResolvers<undefined>()
    const { running, orphans } = await startFive(() => () => {
      calls++
      return answer.promise
    })
    await eventually(() => calls === 5)
    await running.close()
    answer.resolve(undefined)
    await eventually(() => orphans() === 5)
  })
})
