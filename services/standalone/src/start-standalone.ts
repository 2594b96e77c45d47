import { join } from 'node:path'
import { consoleRoutes } from '@leadline/console'
import { runProcessor } from '@leadline/engine'
import { topicNames } from '@leadline/events'
import type { Environment } from '@leadline/flows'
import { gatewayRoutes, openCompletionFeed } from '@leadline/gateway'
import { recorderProcessor, replayerProcessor } from '@leadline/recorder'
import { retrierProcessor } from '@leadline/retrier'
import {
  flowsDirectory,
  openEventCodec,
  openFlows,
  openLog,
  openServer,
  type ServiceContext,
  watchLanes,
} from '@leadline/service'
import { type EventStore, openSqliteStore } from '@leadline/store'
import { startWorker } from '@leadline/worker'

export interface Standalone extends AsyncDisposable {
  /** Address of the API. */
  readonly url: string
  readonly store: EventStore
}

/** Every service in this process: on the embedded log, or on Kafka when that is configured. */
export async function startStandalone(context: ServiceContext, flowEnv: Environment): Promise<Standalone> {
  const { config, logger, health, metrics, events } = context
  await using opened = new AsyncDisposableStack()
  const { flows } = opened.use(await openFlows(flowsDirectory(config), { config, env: flowEnv }))
  const server = opened.use(await openServer({ ...config, logger, health, metrics, bodyLimitBytes: config.leadMaxBytes }))
  await server.announce()
  const log = opened.use(await openLog(context, flows.pools))
  const codec = await openEventCodec(context)
  const topics = topicNames(config.topicPrefix)
  const store = opened.use(await openSqliteStore({ file: join(config.dataDirectory, 'events.db') }))
  const completions = await openCompletionFeed({ log, codec, topics })
  opened.defer(() => completions.close())
  const wire = { flows, log, codec, topics, store, now: Date.now }

  const groupPrefix = config.topicPrefix
  const processors = [retrierProcessor(wire), recorderProcessor(wire), replayerProcessor(wire)]
  const running = await Promise.all(
    processors.map((processor) => runProcessor({ processor, log, groupPrefix, observer: events })),
  )
  for (const processor of running) opened.use(processor)
  const worker = opened.use(await startWorker({ ...wire, events, groupPrefix, inFlight: config.inFlight, pools: config.pools }))
  const lanes = () => [...worker.lanes(), ...running.flatMap((processor) => processor.lanes())]
  opened.use(watchLanes({ lanes, log, events }))

  await server.app.register(
    gatewayRoutes({ ...wire, completions, events, random: Math.random, limits: { leadBytes: config.leadMaxBytes } }),
  )
  await server.app.register(consoleRoutes(wire))
  const url = await server.listen()
  const all = opened.move()
  return { url, store, [Symbol.asyncDispose]: () => all.disposeAsync() }
}
