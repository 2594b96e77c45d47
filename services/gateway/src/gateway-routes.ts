import { LeadlineError, toLeadlineError } from '@leadline/domain'
import type { Flow, Flows, Source } from '@leadline/flows'
import type { JsonLimits } from '@leadline/formats'
import {
  type AnswerType,
  announcedBytes,
  answerPing,
  negotiate,
  type ReadQuery,
  type ReadSubmission,
  readSubmission,
  readSubmissionQuery,
  redirecting,
  submissionMethods,
  traceparentOf,
  type WrittenAnswer,
} from '@leadline/intake'
import type { ServiceEvents } from '@leadline/service'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { type Admission, createAdmission, type Ticket } from './admission.ts'
import { authenticate, challengeOf } from './authenticate.ts'
import { bidForLead } from './bid-for-lead.ts'
import { defaultGatewayLimits, type GatewayLimits } from './gateway-limits.ts'
import { parseIdempotencyKey } from './parse-idempotency-key.ts'
import { createReceiver, type ReceiveOptions } from './receive-lead.ts'
import { answerReceipt, answerTestPing } from './write-answer.ts'

export interface GatewayOptions extends ReceiveOptions {
  readonly flows: Flows
  readonly limits?: Partial<GatewayLimits>
  readonly events: Pick<ServiceEvents, 'accepted' | 'refused' | 'pending'>
}

/** What is known of a request before its body is read. */
interface Intent {
  readonly flow: Flow
  readonly source: Source
  readonly query: ReadQuery
  /** Null: the caller takes none of what we write; then its form must at least say where its visitor goes. */
  readonly answerType: AnswerType | null
  readonly ticket: Ticket
}

interface LeadRoute {
  Params: { flow: string; source: string }
  Body: Buffer | null
}

/** `POST` and `GET /v1/flows/{flow}/sources/{source}/leads`, and `/ping` for bids. Errors are thrown as LeadlineErrors for the server to answer. */
export function gatewayRoutes(options: GatewayOptions): FastifyPluginAsync {
  const { flows, events, random } = options
  const limits = { ...defaultGatewayLimits, ...options.limits }
  const bodyLimits: JsonLimits = { depth: limits.depth, keys: limits.keys, bytes: limits.leadBytes }
  const admission = createAdmission(limits, events.pending)
  const receive = createReceiver(options, limits)
  const intents = new WeakMap<FastifyRequest, Intent>()

  async function handle(request: FastifyRequest<LeadRoute>, reply: FastifyReply): Promise<FastifyReply> {
    const intent = intentOf(request)
    const { flow, source, query, ticket } = intent
    const { submission, answerType } = read(request, intent)
    const idempotencyKey = parseIdempotencyKey(request.headers['idempotency-key'])
    if (submission.isPing) return send(reply, answerTestPing(answerType))
    const traceparent = traceparentOf(headerOf(request, 'traceparent') ?? undefined, random)
    const { waitMs } = query
    const receipt = await receive({ flow, source: source.name, submission, idempotencyKey, traceparent, waitMs, ticket })
    return send(reply, redirecting(answerReceipt(receipt, source, answerType), submission.redirectUrl))
  }

  /** Checks a lead like any other, and keeps nothing of it. */
  async function handlePing(request: FastifyRequest<LeadRoute>, reply: FastifyReply): Promise<FastifyReply> {
    const intent = intentOf(request)
    const { flow, source, query } = intent
    const { submission, answerType } = read(request, { ...intent, query: { ...query, isPing: 'yes' } })
    return send(reply, answerPing(bidForLead(flow, source, submission.fields, options.now()), answerType))
  }

  function intentOf(request: FastifyRequest<LeadRoute>): Intent {
    const intent = intents.get(request)
    if (!intent) throw new LeadlineError('UNEXPECTED', 'the request was not checked')
    return intent
  }

  function read(
    request: FastifyRequest<LeadRoute>,
    { query, answerType }: Intent,
  ): { submission: ReadSubmission; answerType: AnswerType } {
    const bytes = request.body?.length ? request.body : null
    const submission = readSubmission(query, { contentType: request.headers['content-type'], bytes }, bodyLimits)
    if (answerType === null && submission.redirectUrl === null) throw notAcceptable()
    return { submission, answerType: answerType ?? 'application/json' }
  }

  return async (app) => {
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: limits.leadBytes }, (_request, body, done) => done(null, body))
    const addresses = [
      ['/v1/flows/:flow/sources/:source/leads', handle],
      ['/v1/flows/:flow/sources/:source/ping', handlePing],
    ] as const
    for (const [url, handler] of addresses) {
      app.route<LeadRoute>({
        method: [...submissionMethods],
        url,
        onRequest: async (request, reply) => {
          reply.header('cache-control', 'no-store')
          const intent = checkRequest(request, reply, { flows, bodyLimits, admission })
          // Also when the caller goes away in the middle of its body: then no response ends.
          reply.raw.once('close', intent.ticket.release)
          intents.set(request, intent)
        },
        onError: async (_request, _reply, error) => events.refused(toLeadlineError(error)),
        onResponse: async (request) => intents.get(request)?.ticket.release(),
        handler,
      })
    }
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
  const query = readSubmissionQuery(request.raw.url?.split('?').slice(1).join('?') ?? '', bodyLimits)
  const apiKey = headerOf(request, 'x-api-key') ?? query.apiKey
  if (!authenticate(source.auth, { apiKey, authorization: headerOf(request, 'authorization') })) {
    reply.header('www-authenticate', challengeOf(source.auth))
    throw new LeadlineError('CREDENTIALS_REFUSED', 'credentials are missing or wrong')
  }
  const answerType = negotiate(request.headers.accept)
  if (answerType === null && !mayRedirect(request, query)) throw notAcceptable()
  const encoding = headerOf(request, 'content-encoding') ?? 'identity'
  if (encoding !== 'identity') throw new LeadlineError('BODY_UNSUPPORTED_TYPE', 'compressed bodies are not read')
  return { flow, source, query, answerType, ticket: admission.enter(roomFor(request, bodyLimits.bytes)) }
}

function headerOf(request: FastifyRequest, name: string): string | null {
  const value = request.headers[name]
  return typeof value === 'string' ? value : null
}

function notAcceptable(): LeadlineError {
  return new LeadlineError('ANSWER_NOT_ACCEPTABLE', 'answers are application/json, application/xml or text/xml')
}

/** The visitor of a web form is sent on without a body; where to may stand in the form. */
function mayRedirect(request: FastifyRequest, query: ReadQuery): boolean {
  return (
    query.redirectUrl !== undefined ||
    /^(?:application\/x-www-form-urlencoded|multipart\/)/i.test(request.headers['content-type'] ?? '')
  )
}

/** Bytes that the body may take; a body without a length counts as the largest. */
function roomFor(request: FastifyRequest, most: number): number {
  return request.headers['transfer-encoding'] === undefined ? announcedBytes(request.headers['content-length'], most) : most
}

function send(reply: FastifyReply, { status, contentType, body, headers }: WrittenAnswer): FastifyReply {
  return reply.code(status).headers(headers).type(`${contentType}; charset=utf-8`).send(body)
}
