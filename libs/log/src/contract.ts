import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe } from 'vitest'
import type { ContractContext, LogHarness } from './contract-context.ts'
import { groupContract } from './contract-groups.ts'
import { laneContract } from './contract-lanes.ts'
import { recordContract } from './contract-records.ts'
import type { Log, TopicShape } from './log.ts'

export type { LogHarness } from './contract-context.ts'

/** What every driver of the log does; one call per driver, in its own test file. */
export function logContract(name: string, openHarness: () => Promise<LogHarness>): void {
  describe(`the log's contract on ${name}`, () => {
    const started: { harness?: LogHarness; log?: Log } = {}
    const run = randomUUID().slice(0, 8)
    let names = 0

    beforeAll(async () => {
      started.harness = await openHarness()
      started.log = await started.harness.open()
    })
    afterAll(async () => {
      await started.log?.[Symbol.asyncDispose]()
      await started.harness?.[Symbol.asyncDispose]()
    })

    const context: ContractContext = {
      harness: () => present(started.harness),
      log: () => present(started.log),
      async topic(shape) {
        const topic = `contract-${run}-${names++}`
        const whole: TopicShape = { name: topic, partitions: 1, cleanup: 'delete', retentionMs: null, maxRecordBytes: 4_194_304 }
        const log = present(started.log)
        await log.ensureTopics([{ ...whole, ...shape }])
        // A topic that was just made may have no leader yet, which would cost the first commit its answer; this waits for it.
        await log.ends(topic)
        return topic
      },
      group: () => `contract-group-${run}-${names++}`,
    }
    recordContract(context)
    laneContract(context)
    groupContract(context)
  })
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the harness did not start')
  return value
}
