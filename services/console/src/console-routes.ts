import { readFile } from 'node:fs/promises'
import { LeadlineError } from '@leadline/domain'
import type { Codec, Topics } from '@leadline/events'
import type { Flows } from '@leadline/flows'
import type { Log } from '@leadline/log'
import type { RecordReader } from '@leadline/replay'
import type { EventStore, StoreReports } from '@leadline/store'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { leadAnswer, summaryAnswer } from './lead-answer.ts'
import { parseCount, parseLeadIdParameter, parseSearch } from './lead-parameters.ts'
import { appendOrder, checkAgainstFlows, firstOrder } from './order-replay.ts'
import { previewReplay } from './preview-replay.ts'
import { replayAnswer } from './replay-answer.ts'
import { parseReplayRequest } from './replay-request.ts'
import { selectLeads } from './select-leads.ts'

export interface ConsoleOptions {
  readonly store: EventStore & StoreReports
  readonly log: Log
  readonly codec: Codec
  readonly topics: Topics
  readonly flows: Flows
  readonly now: () => number
}

const openApiFile = new URL('../openapi.json', import.meta.url)

/** The API to look at leads and to run them again. Errors are thrown as LeadlineErrors for the server to answer. */
export function consoleRoutes(options: ConsoleOptions): FastifyPluginAsync {
  return async (app) => {
    // Answers hold people's data and change by the second.
    app.addHook('onRequest', async (_request, reply) => {
      reply.header('cache-control', 'no-store')
    })
    app.get<{ Params: { leadId: string } }>('/v1/leads/:leadId', ({ params }) => showLead(params.leadId, options))
    app.get('/v1/leads', ({ query }) => listLeads(query, options))
    app.get('/v1/leads/count', async ({ query }) => ({ leads: await options.store.countLeads(parseCount(query)) }))
    app.post('/v1/replays', (request, reply) => postReplay(request, reply, options))
    app.get<{ Params: { replayId: string } }>('/v1/replays/:replayId', ({ params }) => showReplay(params.replayId, options))
    app.get('/openapi.json', async (_request, reply) => reply.type('application/json').send(await readFile(openApiFile)))
  }
}

async function showLead(leadId: string, { store, flows }: ConsoleOptions) {
  const lead = await store.readLead(parseLeadIdParameter(leadId))
  if (lead === undefined) throw new LeadlineError('LEAD_NOT_FOUND', 'no event of this lead has been recorded')
  return leadAnswer(lead, flows)
}

async function listLeads(parameters: unknown, { store }: ConsoleOptions) {
  const { query, page } = parseSearch(parameters)
  const { leads, nextCursor } = await store.searchLeads(query, page)
  return { leads: leads.map(summaryAnswer), nextCursor }
}

async function postReplay(request: FastifyRequest, reply: FastifyReply, options: ConsoleOptions) {
  const { store, flows, now } = options
  const wanted = parseReplayRequest(request.body)
  checkAgainstFlows(wanted, flows)
  const nowMs = now()
  const selected = await selectLeads(wanted.wanted, readerOf(options), nowMs)
  const preview = await previewReplay(wanted, selected, { store, flows })
  if (wanted.dryRun) return { dryRun: true, ...preview }
  const order = firstOrder(wanted, selected, { total: preview.leads, nowMs, key: idempotencyKeyOf(request) })
  const known = await store.readReplay(order.replayId)
  if (known === undefined) await appendOrder(order, options)
  const { replayId, total } = known ?? order
  return reply.code(202).header('location', `/v1/replays/${replayId}`).send({ replayId, total, records: selected.records })
}

async function showReplay(replayId: string, { store }: ConsoleOptions) {
  const replay = await store.readReplay(replayId)
  if (replay === undefined) throw new LeadlineError('REPLAY_NOT_FOUND', 'no order of this replay has been recorded')
  return replayAnswer(replay)
}

function readerOf({ log, codec, topics, flows }: ConsoleOptions): RecordReader {
  // The replayer meets the same records and reports them.
  return { log, codec, topics, pools: flows.pools, unreadable: () => undefined }
}

function idempotencyKeyOf({ headers }: FastifyRequest): string | null {
  const key = headers['idempotency-key']
  return typeof key === 'string' && key !== '' ? key : null
}
