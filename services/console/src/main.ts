import { topicNames } from '@leadline/events'
import { openEventCodec, openFlows, openLog, openServer, runService } from '@leadline/service'
import { openSqliteStore, storeFileIn } from '@leadline/store'
import { consoleRoutes } from './console-routes.ts'

await runService('console', async (context) => {
  const { config, logger, health, metrics } = context
  const { host, port } = config
  await using opened = new AsyncDisposableStack()
  const server = opened.use(await openServer({ host, port, logger, health, metrics }))
  await server.announce()
  const { flows } = opened.use(await openFlows(context))
  const store = opened.use(await openSqliteStore({ file: storeFileIn(config.dataDirectory), readOnly: true }))
  const log = opened.use(await openLog(context, flows.pools))
  const codec = await openEventCodec(context)
  const topics = topicNames(config.topicPrefix)
  await server.app.register(consoleRoutes({ store, log, codec, topics, flows, now: Date.now }))
  // Last opened, first closed: running requests end before the store and the log go.
  opened.use(server)
  logger.info({ url: await server.listen() }, 'showing leads')
  return opened.move()
})
