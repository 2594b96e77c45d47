import { topicNames } from '@leadline/events'
import { openEventCodec, openFlows, openLog, runService, serveHealth, watchLanes } from '@leadline/service'
import { openSqliteStore, storeFileIn } from '@leadline/store'
import { startRecorder } from './start-recorder.ts'

await runService('recorder', async (context) => {
  const { config, events, logger } = context
  await using opened = new AsyncDisposableStack()
  opened.use(await serveHealth(context))
  const { flows } = opened.use(await openFlows(context))
  const store = opened.use(await openSqliteStore({ file: storeFileIn(config.dataDirectory) }))
  const log = opened.use(await openLog(context, flows.pools))
  const codec = await openEventCodec(context)
  const topics = topicNames(config.topicPrefix)
  const { topicPrefix: groupPrefix } = config
  const recorder = opened.use(await startRecorder({ store, flows, log, codec, topics, events, logger, groupPrefix }))
  opened.use(watchLanes({ lanes: recorder.lanes, log, events }))
  return opened.move()
})
