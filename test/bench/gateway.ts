import { randomBytes } from 'node:crypto'
import { gatewayRoutes, openCompletionFeed } from '@leadline/gateway'
import type { Log } from '@leadline/log'
import { createHealth, createLogger, createMetrics, openServer } from '@leadline/service'
import type { Bench } from './bench.ts'
import { benchFlow } from './bench-flow.ts'
import { compare } from './compare.ts'
import { embedded, type Installation, install, type OpenLog, onKafka } from './installation.ts'
import { postLeads } from './start-poster.ts'

const rounds = 3

/** Leads that are durable when they are answered, beside the same server answering without a log. */
export const gatewayKafka: Bench = {
  names: ['gateway-kafka'],
  run: async (tools) => [await gatewayLine('gateway-kafka', onKafka(tools), 0.5)],
}

export const gatewayEmbedded: Bench = {
  names: ['gateway-embedded'],
  alone: true,
  run: async () => [await gatewayLine('gateway-embedded', embedded, 0.3)],
}

async function gatewayLine(name: string, openLog: OpenLog, atLeast: number) {
  await using installation = await install(openLog, { flow: benchFlow('http://127.0.0.1:1', 1) })
  const { log } = installation
  const withoutLog: Log = { ...log, append: async () => {} }
  const values: number[] = []
  const baselines: number[] = []
  await serveLeads(installation, withoutLog)
  for (let round = 0; round < rounds; round++) {
    baselines.push(await serveLeads(installation, withoutLog))
    values.push(await serveLeads(installation, log))
  }
  return compare({ name, unit: 'leads/s', values, baselines, goal: { atLeast } })
}

async function serveLeads({ flows, codec, topics, events }: Installation, log: Log): Promise<number> {
  const logger = createLogger({ logLevel: 'error' }, 'bench')
  await using server = await openServer({
    host: '127.0.0.1',
    port: 0,
    logger,
    health: createHealth(),
    metrics: createMetrics(),
  })
  await using completions = await openCompletionFeed({ log, codec, topics })
  const [now, random] = [Date.now, randomBytes]
  await server.app.register(gatewayRoutes({ flows, log, codec, topics, completions, events, now, random }))
  return await postLeads(`${await server.listen()}/v1/flows/bench/sources/web/leads`)
}
