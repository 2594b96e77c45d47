import { afterAll, beforeAll, describe } from 'vitest'
import { groupContract } from './contract-groups.ts'
import { laneContract } from './contract-lanes.ts'
import { recordContract } from './contract-records.ts'
import type { Log, TopicShape } from './log.ts'

/** What a driver's tests provide, one for the whole suite. */
export interface LogHarness extends AsyncDisposable {
  /** Opens the log as one more process would. The caller disposes of it. */
  open(): Promise<Log>
  /** Opens a log to be closed by a test; it may hold other data. */
  openApart(): Promise<Log>
  /** Whether two processes can have the log open; if not, why, and the suite checks that a second one is refused. */
  readonly severalProcesses: true | string
  /** The next lane commit ends without an answer, though the log kept it; or the log never got it. */
  loseNextCommit(fate: 'kept' | 'dropped'): void
}

/** What every test of the suite gets: a log of its own, and names nobody else uses. */
export interface ContractContext {
  readonly harness: () => LogHarness
  readonly log: () => Log
  /** A new topic with a name of its own. */
  topic(shape?: Partial<TopicShape>): Promise<string>
  /** A new group's name. */
  group(): string
}

/** What every driver of the log does; one call per driver, in its own test file. */
export function logContract(name: string, openHarness: () => Promise<LogHarness>): void {
  describe(`the log's contract on ${name}`, () => {
    const started: { harness?: LogHarness; log?: Log } = {}
    const run = Date.now().toString(36)
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
        await present(started.log).ensureTopics([{ ...whole, ...shape }])
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
