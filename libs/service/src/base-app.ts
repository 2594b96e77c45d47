import { readFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { LeadlineError } from '@leadline/domain'
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify'
import { watchMethods } from './allowed-methods.ts'
import type { Health } from './health.ts'
import type { Logger } from './logger.ts'
import type { Metrics } from './metrics.ts'
import { problemAnswers, problemOf, refusalOfMethod, requestError } from './problem.ts'

export interface BaseOptions {
  readonly logger: Logger
  readonly health: Health
  readonly metrics: Metrics
  /** Largest body, bytes. */
  readonly bodyLimitBytes: number
}

const errorsPage = new URL('../../../docs/errors.md', import.meta.url)
const probes = new Set(['/health/live', '/health/ready', '/metrics'])
const retryAfterSeconds = 2

/** An app with health, metrics, request logs, and errors answered as problem documents. */
export function baseApp(options: BaseOptions): FastifyInstance {
  const app = fastify({ logger: false, bodyLimit: options.bodyLimitBytes, frameworkErrors: onError, exposeHeadRoutes: false })
  const methodsOf = watchMethods(app)
  app.setErrorHandler(onError)
  app.setNotFoundHandler((request, reply) => answerNotFound(methodsOf, request, reply))
  app.addHook('onResponse', async (request, reply) => observeRequest(options, request, reply))
  addProbes(app, options)
  return app

  function onError(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const error = requestError(thrown)
    if (problemAnswers[error.code].status === 500) {
      options.logger.error({ err: thrown, method: request.method, path: pathOf(request.raw) }, 'request failed')
    }
    answerProblem(reply, error)
  }
}

function addProbes(app: FastifyInstance, { health, metrics }: BaseOptions): void {
  app.get('/health/live', async () => ({ status: 'live' }))
  app.get('/health/ready', async (_request, reply) => {
    const { ready, checks } = health.readiness()
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not-ready', checks })
  })
  app.get('/metrics', async (_request, reply) => reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()))
  // Where the `type` of every problem document points.
  app.get('/docs/errors.md', async (_request, reply) =>
    reply.type('text/markdown; charset=utf-8').send(await readFile(errorsPage)),
  )
}

function answerNotFound(methodsOf: (path: string) => readonly string[], request: FastifyRequest, reply: FastifyReply): void {
  const methods = methodsOf(pathOf(request.raw))
  if (methods.length === 0) {
    answerProblem(reply, new LeadlineError('ROUTE_NOT_FOUND', 'no such address'))
    return
  }
  const { allow, error } = refusalOfMethod(request.method, methods)
  reply.header('allow', allow)
  answerProblem(reply, error)
}

function answerProblem(reply: FastifyReply, error: LeadlineError): void {
  const problem = problemOf(error)
  const { status } = problemAnswers[error.code]
  if (status === 503) reply.header('retry-after', retryAfterSeconds)
  reply.code(status).header('cache-control', 'no-store').type('application/problem+json').send(JSON.stringify(problem))
}

// A query can hold credentials and people's data, so only the path is logged; and only the pattern of the route is counted.
function observeRequest({ logger, metrics }: BaseOptions, request: FastifyRequest, reply: FastifyReply): void {
  const path = pathOf(request.raw)
  const route = request.routeOptions.url ?? 'none'
  const labels = { method: request.method, route, status: String(reply.statusCode) }
  metrics.requestSeconds.observe(labels, reply.elapsedTime / 1_000)
  const line = { method: request.method, path, status: reply.statusCode, durationMs: Math.round(reply.elapsedTime) }
  if (probes.has(path)) logger.trace(line, 'request')
  else logger.info(line, 'request')
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '').split('?', 1)[0] ?? ''
}
