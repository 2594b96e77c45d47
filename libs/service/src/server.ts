import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { LeadlineError } from '@leadline/domain'
import type { FastifyInstance } from 'fastify'
import { type BaseOptions, baseApp } from './base-app.ts'

export interface ServerOptions extends Omit<BaseOptions, 'bodyLimitBytes'> {
  readonly host: string
  /** 0: any free port. */
  readonly port: number
  readonly bodyLimitBytes?: number
}

/** The HTTP server of a service. */
export interface OpenServer extends AsyncDisposable {
  /** Register routes here before `listen`. */
  readonly app: FastifyInstance
  /** Opens the port while the service still starts: health and metrics work, everything else is 503. Resolves with the address. */
  announce(): Promise<string>
  /** Puts the routes of `app` to work, on an open port; resolves with the address (`http://host:port`). */
  listen(): Promise<string>
  /** Takes no new connections, lets running requests end. Idempotent. */
  close(): Promise<void>
}

const requestTimeoutMs = 30_000

/** Makes the server; nothing listens yet. Rejects (at `announce` or `listen`) with CONFIGURATION when the address cannot be bound. */
export async function openServer({ host, port, bodyLimitBytes = 1_048_576, ...shared }: ServerOptions): Promise<OpenServer> {
  const app = baseApp({ ...shared, bodyLimitBytes })
  const starting = baseApp({ ...shared, bodyLimitBytes })
  refuseEverything(starting)
  await starting.ready()
  let route: (request: IncomingMessage, response: ServerResponse) => void = starting.routing
  const socket = createServer({ requestTimeout: requestTimeoutMs }, (request, response) => {
    if (closing) response.setHeader('connection', 'close')
    route(request, response)
  })
  let listening: Promise<string> | undefined
  let closing: Promise<void> | undefined

  function announce(): Promise<string> {
    listening ??= bind(socket, host, port)
    return listening
  }

  async function listen(): Promise<string> {
    await app.ready()
    route = app.routing
    return announce()
  }

  async function shut(): Promise<void> {
    const open = await listening?.catch(() => undefined)
    if (open) await closeSocket(socket)
    await Promise.all([app.close(), starting.close()])
  }

  function close(): Promise<void> {
    closing ??= shut()
    return closing
  }

  return { app, announce, listen, close, [Symbol.asyncDispose]: close }
}

function refuseEverything(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, _payload, done) => done(null))
  app.all('/*', async () => {
    throw new LeadlineError('LOG_UNAVAILABLE', 'the service is starting: it waits for the log')
  })
}

function bind(socket: Server, host: string, port: number): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const refuse = (cause: Error) =>
    reject(new LeadlineError('CONFIGURATION', `cannot listen on ${host}:${port} (HOST, PORT): ${cause.message}`, { cause }))
  socket.once('error', refuse)
  socket.listen({ host, port }, () => {
    socket.off('error', refuse)
    const address = socket.address()
    const bound = typeof address === 'object' && address ? address.port : port
    resolve(`http://${host.includes(':') ? `[${host}]` : host}:${bound}`)
  })
  return promise
}

/** Idle kept-alive connections are cut at once; a running request has ten seconds. */
async function closeSocket(socket: Server): Promise<void> {
  const cut = setTimeout(() => socket.closeAllConnections(), 10_000)
  const { promise, resolve } = Promise.withResolvers<void>()
  socket.close(() => resolve())
  socket.closeIdleConnections()
  await promise
  clearTimeout(cut)
}
