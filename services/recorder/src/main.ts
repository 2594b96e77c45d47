import { topicNames } from '@leadline/events'
import { codecOptions, openEventCodec, openFlows, openLog, runService, serveHealth, watchLanes } from '@leadline/service'
import { openSqliteStore, storeFileIn } from '@leadline/store'
import { openRecordingThread } from './recording-thread.ts'
import { startRecorder } from './start-recorder.ts'

await runService('recorder', async (context) => {
  const { config, events, logger } = context
  await using opened = new AsyncDisposableStack()
  opened.use(await serveHealth(context))
  const { flows } = opened.use(await openFlows(context))
  const { topicPrefix } = config
  const topics = topicNames(topicPrefix)
  const file = storeFileIn(config.dataDirectory)
  const keeper = opened.use(await openRecordingThread({ file, topicPrefix, registry: codecOptions(config).registry }))
  const store = opened.use(await openSqliteStore({ file, readOnly: true }))
  const log = opened.use(await openLog(context, flows.pools))
  const codec = await openEventCodec(context)
  const recorder = opened.use(
    await startRecorder({ keeper, store, flows, log, codec, topics, events, logger, groupPrefix: topicPrefix }),
  )
  opened.use(watchLanes({ lanes: recorder.lanes, log, events }))
  return opened.move()
})
