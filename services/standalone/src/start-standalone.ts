import { randomBytes } from 'node:crypto'
import { consoleRoutes } from '@leadline/console'
import { runProcessor } from '@leadline/engine'
import { topicNames } from '@leadline/events'
import type { Environment } from '@leadline/flows'
import { gatewayRoutes, openCompletionFeed } from '@leadline/gateway'
import { openRecordingThread, startRecorder } from '@leadline/recorder'
import { retrierProcessor } from '@leadline/retrier'
import { codecOptions, openEventCodec, openFlows, openLog, openServer, type ServiceContext, watchLanes } from '@leadline/service'
import { type EventStore, openSqliteStore, storeFileIn } from '@leadline/store'
import { startWorker } from '@leadline/worker'

export interface Standalone extends AsyncDisposable {
  /** Address of the API. */
  readonly url: string
  readonly store: EventStore
}

/** Every service in this process: on the embedded log, or on Kafka when that is configured. */
export async function startStandalone(context: ServiceContext, flowEnv: Environment): Promise<Standalone> {
  const { config, logger, health, metrics, events, signal } = context
  await using opened = new AsyncDisposableStack()
  const { flows } = opened.use(await openFlows({ config, env: flowEnv }))
  const server = opened.use(await openServer({ ...config, logger, health, metrics, bodyLimitBytes: config.leadMaxBytes }))
  await server.announce()
  const log = opened.use(await openLog(context, flows.pools))
  const codec = await openEventCodec(context)
  const topics = topicNames(config.topicPrefix)
  const file = storeFileIn(config.dataDirectory)
  const keeper = opened.use(
    await openRecordingThread({ file, topicPrefix: config.topicPrefix, registry: codecOptions(config).registry }),
  )
  const store = opened.use(await openSqliteStore({ file, readOnly: true }))
  const completions = await openCompletionFeed({ log, codec, topics })
  opened.defer(() => completions.close())
  const wire = { flows, log, codec, topics, store, now: Date.now }

  const groupPrefix = config.topicPrefix
  const retrier = opened.use(await runProcessor({ processor: retrierProcessor(wire), log, groupPrefix, observer: events }))
  const recorder = opened.use(await startRecorder({ ...wire, keeper, events, logger, groupPrefix }))
  const { inFlight, pools } = config
  // Its codec writes over what is committed, unless events that nobody releases, those of the gateway, lie among them.
  const ownCodec = await openEventCodec(context)
  const worker = opened.use(await startWorker({ ...wire, codec: ownCodec, events, groupPrefix, inFlight, pools, signal }))
  const lanes = () => [...worker.lanes(), ...retrier.lanes(), ...recorder.lanes()]
  opened.use(watchLanes({ lanes, log, events }))

  await server.app.register(
    gatewayRoutes({ ...wire, completions, events, random: randomBytes, limits: { leadBytes: config.leadMaxBytes } }),
  )
  await server.app.register(consoleRoutes(wire))
  const url = await server.listen()
  const all = opened.move()
  return { url, store, [Symbol.asyncDispose]: () => all.disposeAsync() }
}
