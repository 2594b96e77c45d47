import { parseArgs } from 'node:util'
import { topicNames } from '@leadline/events'
import { openEventCodec, openFlows, openLog, runService, type ServiceContext, serveHealth, watchLanes } from '@leadline/service'
import { followSupervisor } from './spawn-worker.ts'
import { startWorker } from './start-worker.ts'
import { superviseWorkers } from './supervise-workers.ts'

// The supervisor of several workers gives each its number.
const { number } = parseArgs({ options: { number: { type: 'string' } } }).values

await runService(number === undefined ? 'worker' : `worker-${number}`, async (context) => {
  if (number === undefined) return context.config.workers === 1 ? work(context) : superviseWorkers(context, import.meta.filename)
  await using opened = new AsyncDisposableStack()
  const supervisor = opened.use(followSupervisor())
  opened.use(await work(context))
  supervisor.tellReady()
  return opened.move()
})

async function work(context: ServiceContext): Promise<AsyncDisposable> {
  const { config, events, signal } = context
  await using opened = new AsyncDisposableStack()
  opened.use(await serveHealth(context))
  const { flows } = opened.use(await openFlows(context))
  const log = opened.use(await openLog(context, flows.pools))
  const codec = await openEventCodec(context)
  const topics = topicNames(config.topicPrefix)
  const { inFlight, pools, topicPrefix: groupPrefix } = config
  const worker = opened.use(await startWorker({ flows, log, codec, topics, events, groupPrefix, inFlight, pools, signal }))
  opened.use(watchLanes({ lanes: worker.lanes, log, events: context.events }))
  return opened.move()
}
