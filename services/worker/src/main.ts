import { topicNames } from '@leadline/events'
import { openEventCodec, openFlows, openLog, runService, serveHealth, watchLanes } from '@leadline/service'
import { startWorker } from './start-worker.ts'

await runService('worker', async (context) => {
  const { config, events } = context
  await using opened = new AsyncDisposableStack()
  opened.use(await serveHealth(context))
  const { flows } = opened.use(await openFlows(context))
  const log = opened.use(await openLog(context, flows.pools))
  const codec = await openEventCodec(context)
  const topics = topicNames(config.topicPrefix)
  const { inFlight, pools, topicPrefix: groupPrefix } = config
  const worker = opened.use(await startWorker({ flows, log, codec, topics, events, groupPrefix, inFlight, pools }))
  opened.use(watchLanes({ lanes: worker.lanes, log, events: context.events }))
  return opened.move()
})
