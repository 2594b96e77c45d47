import { randomBytes } from 'node:crypto'
import { topicNames } from '@leadline/events'
import { openEventCodec, openFlows, openLog, openServer, runService } from '@leadline/service'
import { openSqliteStore, storeFileIn } from '@leadline/store'
import { openCompletionFeed } from './completion-feed.ts'
import { gatewayRoutes } from './gateway-routes.ts'

await runService('gateway', async (context) => {
  const { config, logger, health, metrics, events } = context
  const { host, port } = config
  await using opened = new AsyncDisposableStack()
  const { flows } = opened.use(await openFlows(context))
  const server = opened.use(await openServer({ host, port, logger, health, metrics }))
  await server.announce()
  const log = opened.use(await openLog(context, flows.pools))
  const codec = await openEventCodec(context)
  const topics = topicNames(config.topicPrefix)
  // Knows keys from before a restart when the recorder keeps its store on this machine; else intake alone tells repeated leads.
  const store = opened.use(await openSqliteStore({ file: storeFileIn(config.dataDirectory), readOnly: true }))
  const completions = await openCompletionFeed({ log, codec, topics })
  const limits = { leadBytes: config.leadMaxBytes }
  const [now, random] = [Date.now, randomBytes]
  await server.app.register(gatewayRoutes({ flows, log, codec, topics, store, completions, limits, events, now, random }))
  // Last opened, first closed: waiting callers are let go, running requests end, and only then the log goes.
  opened.use(server)
  opened.use(completions)
  logger.info({ url: await server.listen() }, 'taking leads')
  return opened.move()
})
