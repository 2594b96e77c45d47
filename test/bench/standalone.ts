import { runProcessor } from '@leadline/engine'
import { openRecordingThread, startRecorder } from '@leadline/recorder'
import { retrierProcessor } from '@leadline/retrier'
import { createLogger } from '@leadline/service'
import { openSqliteStore } from '@leadline/store'
import type { Bench } from './bench.ts'
import { benchFlow } from './bench-flow.ts'
import { compare } from './compare.ts'
import { embedded, type Installation, install } from './installation.ts'
import { type CallPlan, rawCalls } from './raw-calls.ts'
import { runSteps, warmUpLeads } from './run-steps.ts'

const rounds = 3

/** One step at 20 ms on the embedded log, in one process with retrier, recorder and event store, as `npm start` has them. */
export const standalone: Bench = {
  names: ['standalone'],
  alone: true,
  async run({ sink }) {
    const body = JSON.stringify({ comment: 'x'.repeat(1_000) })
    const plan = { url: (await sink(20)).url, count: 20_000, inFlight: 512, body }
    await rawCalls({ ...plan, count: warmUpLeads })
    await everything({ ...plan, count: warmUpLeads })
    const values: number[] = []
    const baselines: number[] = []
    for (let round = 0; round < rounds; round++) {
      baselines.push((await rawCalls(plan)).perSecond)
      values.push(await everything(plan))
    }
    return [compare({ name: 'standalone', unit: 'leads/s', values, baselines, goal: { atLeast: 0.35 } })]
  },
}

async function everything({ url, count, inFlight }: CallPlan): Promise<number> {
  await using installation = await install(embedded, { flow: benchFlow(url, 1) })
  await using _others = await startOthers(installation)
  return (await runSteps(installation, { count, inFlight, steps: 1 })).perSecond
}

async function startOthers(installation: Installation): Promise<AsyncDisposable> {
  const { log, events: observer, prefix: groupPrefix, directory } = installation
  await using opened = new AsyncDisposableStack()
  const file = `${directory}/store.db`
  const keeper = opened.use(await openRecordingThread({ file, topicPrefix: groupPrefix, registry: undefined }))
  const store = opened.use(await openSqliteStore({ file, readOnly: true }))
  const logger = createLogger({ logLevel: 'error' }, 'bench')
  const processor = retrierProcessor({ ...installation, now: Date.now })
  opened.use(await runProcessor({ processor, log, groupPrefix, observer }))
  opened.use(await startRecorder({ ...installation, keeper, store, logger, groupPrefix }))
  return opened.move()
}
