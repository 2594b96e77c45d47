import { LeadlineError, toLeadlineError } from '@leadline/domain'
import type { Flow, Flows, Source } from '@leadline/flows'
import type { JsonLimits } from '@leadline/formats'
import { traceparentOf } from '@leadline/intake'
import type { ServiceEvents } from '@leadline/service'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { acceptsJson } from './accepts-json.ts'
import { type Admission, createAdmission, type Ticket } from './admission.ts'
import { authenticate, challengeOf } from './authenticate.ts'
import { defaultGatewayLimits, type GatewayLimits } from './gateway-limits.ts'
import { type ParsedQuery, parseIdempotencyKey, parseSubmission, parseSubmissionQuery } from './parse-submission.ts'
import { createReceiver, type Receipt, type ReceiveOptions } from './receive-lead.ts'

export interface GatewayOptions extends ReceiveOptions {
  readonly flows: Flows
  readonly limits?: Partial<GatewayLimits>
  readonly events: Pick<ServiceEvents, 'accepted' | 'refused' | 'pending'>
}

/** What is known of a request before its body is read. */
interface Intent {
  readonly flow: Flow
  readonly source: Source
  readonly query: ParsedQuery
  readonly ticket: Ticket
}

interface LeadRoute {
  Params: { flow: string; source: string }
  Body: Buffer | null
}

/** `POST` and `GET /v1/flows/{flow}/sources/{source}/leads`. Errors are thrown as LeadlineErrors for the server to answer. */
export function gatewayRoutes(options: GatewayOptions): FastifyPluginAsync {
  const { flows, events, random } = options
  const limits = { ...defaultGatewayLimits, ...options.limits }
  const bodyLimits: JsonLimits = { depth: limits.depth, keys: limits.keys, bytes: limits.leadBytes }
  const admission = createAdmission(limits, events.pending)
  const receive = createReceiver(options, limits)
  const intents = new WeakMap<FastifyRequest, Intent>()

  async function handle(request: FastifyRequest<LeadRoute>, reply: FastifyReply): Promise<FastifyReply> {
    const intent = intents.get(request)
    if (!intent) throw new LeadlineError('UNEXPECTED', 'the request was not checked')
    const { flow, source, query, ticket } = intent
    const body = request.body?.length ? request.body : null
    const submission = parseSubmission(query, request.headers['content-type'], body, bodyLimits)
    const idempotencyKey = parseIdempotencyKey(request.headers['idempotency-key'])
    if (submission.isPing) return reply.code(200).send({ ping: true, outcome: 'success', price: 0 })
    const traceparent = traceparentOf(headerOf(request, 'traceparent') ?? undefined, random)
    const { waitMs } = query
    const receipt = await receive({ flow, source: source.name, submission, idempotencyKey, traceparent, waitMs, ticket })
    return answer(reply, receipt)
  }

  return async (app) => {
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: limits.leadBytes }, (_request, body, done) => done(null, body))
    app.route<LeadRoute>({
      method: ['GET', 'POST'],
      url: '/v1/flows/:flow/sources/:source/leads',
      onRequest: async (request, reply) => {
        reply.header('cache-control', 'no-store')
        const intent = checkRequest(request, reply, { flows, bodyLimits, admission })
        // Also when the caller goes away in the middle of its body: then no response ends.
        reply.raw.once('close', intent.ticket.release)
        intents.set(request, intent)
      },
      onError: async (_request, _reply, error) => events.refused(toLeadlineError(error)),
      onResponse: async (request) => intents.get(request)?.ticket.release(),
      handler: handle,
    })
  }
}

interface Checks {
  readonly flows: Flows
  readonly bodyLimits: JsonLimits
  readonly admission: Admission
}

// Everything that can be refused without the body is refused before a byte of it is read.
function checkRequest(request: FastifyRequest<LeadRoute>, reply: FastifyReply, { flows, bodyLimits, admission }: Checks): Intent {
  const flow = flows.byName.get(request.params.flow)
  if (!flow) throw new LeadlineError('FLOW_NOT_FOUND', 'no flow has this name')
  const source = flow.sources.get(request.params.source)
  if (!source) throw new LeadlineError('SOURCE_NOT_FOUND', `the flow ${flow.name} has no source of this name`)
  const query = parseSubmissionQuery(request.raw.url?.split('?').slice(1).join('?') ?? '', bodyLimits)
  const apiKey = headerOf(request, 'x-api-key') ?? query.apiKey
  if (!authenticate(source.auth, { apiKey, authorization: headerOf(request, 'authorization') })) {
    reply.header('www-authenticate', challengeOf(source.auth))
    throw new LeadlineError('CREDENTIALS_REFUSED', 'credentials are missing or wrong')
  }
  if (!acceptsJson(request.headers.accept)) throw new LeadlineError('ANSWER_NOT_ACCEPTABLE', 'answers are application/json')
  const encoding = headerOf(request, 'content-encoding') ?? 'identity'
  if (encoding !== 'identity') throw new LeadlineError('BODY_UNSUPPORTED_TYPE', 'compressed bodies are not read')
  return { flow, source, query, ticket: admission.enter(announcedBytes(request, bodyLimits.bytes)) }
}

function headerOf(request: FastifyRequest, name: string): string | null {
  const value = request.headers[name]
  return typeof value === 'string' ? value : null
}

/** Bytes that the body may take; a body without a length counts as the largest. */
function announcedBytes(request: FastifyRequest, most: number): number {
  if (request.headers['transfer-encoding'] !== undefined) return most
  const length = Number(request.headers['content-length'] ?? 0)
  if (length > most) throw new LeadlineError('BODY_TOO_LARGE', `longer than ${most} bytes`, { fields: { limit: most } })
  return length
}

function answer(reply: FastifyReply, { leadId, concluded }: Receipt): FastifyReply {
  reply.header('location', `/v1/leads/${leadId}`)
  if (concluded === null) return reply.code(202).send({ leadId })
  const { outcome, reason, price } = concluded
  return reply.code(201).send({ outcome, ...(reason !== null && { reason }), price: price ?? 0, lead: { id: leadId } })
}
