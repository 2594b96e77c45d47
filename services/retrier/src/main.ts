import { runProcessor } from '@leadline/engine'
import { topicNames } from '@leadline/events'
import { openEventCodec, openLog, runService, serveHealth, watchLanes } from '@leadline/service'
import { retrierProcessor } from './retrier.ts'

await runService('retrier', async (context) => {
  const { config, events: observer } = context
  await using opened = new AsyncDisposableStack()
  opened.use(await serveHealth(context))
  const log = opened.use(await openLog(context, []))
  const codec = await openEventCodec(context)
  const processor = retrierProcessor({ codec, topics: topicNames(config.topicPrefix), now: Date.now })
  const retrier = opened.use(await runProcessor({ processor, log, observer, groupPrefix: config.topicPrefix }))
  opened.use(watchLanes({ lanes: retrier.lanes, log, events: context.events }))
  return opened.move()
})
