import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import { parseArgs } from 'node:util'
import { type Behaviour, behaviours, type Reply, replyTo } from './behaviour.ts'

export interface PartnerSettings {
  readonly behaviour: Behaviour
  /** How long every answer takes, milliseconds. */
  readonly delayMs: number
  /** Share of keys, 0 to 1, whose first call is answered 503; the same keys every time. */
  readonly failFirstShare: number
}

export interface PartnerOptions extends Partial<PartnerSettings> {
  readonly port?: number
  /** Told of every call when it has arrived, before its answer. */
  readonly observe?: (key: string, headers: IncomingHttpHeaders) => void
}

export interface PartnerStats {
  readonly calls: number
  readonly phoneCalls: number
  readonly leadCalls: number
  /** Calls without an Idempotency-Key. */
  readonly withoutKey: number
  readonly distinctKeys: number
  /** Keys that came more than once, and how many calls that were too many. */
  readonly repeatedKeys: number
  readonly repeatedCalls: number
  /** Keys that were answered 200 more than once: duplicates, if the partner did not look at keys. */
  readonly acceptedMoreThanOnce: number
  /** Answers by status; hung calls are not answered. */
  readonly answers: Readonly<Record<string, number>>
}

export interface Partner {
  readonly url: string
  readonly stats: () => PartnerStats
  readonly setBehaviour: (change: Partial<PartnerSettings>) => void
  readonly close: () => Promise<void>
}

/** A fake outside system on 127.0.0.1: `POST /phone` looks a phone up, `POST /leads` takes a lead. Port 0 picks a free one. */
export async function openPartner(options: PartnerOptions = {}): Promise<Partner> {
  const { port = 0, observe, ...initial } = options
  let settings: PartnerSettings = { behaviour: 'mix', delayMs: 0, failFirstShare: 0, ...initial }
  const tally = createTally()

  const receive = (path: '/phone' | '/leads', key: string, body: string, response: ServerResponse): void => {
    const times = tally.call(path, key)
    const { behaviour, delayMs, failFirstShare } = settings
    const fails = failFirstShare > 0 && times === 1 && shareOf(key) < failFirstShare
    const reply = replyTo(fails ? 'down' : behaviour, { path, body, key, times })
    if (delayMs === 0) send(reply, key, response)
    else setTimeout(() => send(reply, key, response), delayMs)
  }

  const send = (reply: Reply, key: string, response: ServerResponse): void => {
    if (reply.type === 'hang') return
    tally.answer(reply.status, key)
    if (reply.retryAfterSeconds !== undefined) response.setHeader('Retry-After', reply.retryAfterSeconds)
    response.writeHead(reply.status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(reply.body) })
    response.end(reply.body)
  }

  const server = createServer({ keepAliveTimeout: 30_000 }, (request, response) => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (chunk: string) => {
      body += chunk
    })
    request.on('end', () => {
      const { method, url: path } = request
      if (method === 'POST' && (path === '/phone' || path === '/leads')) {
        observe?.(keyOf(request), request.headers)
        receive(path, keyOf(request), body, response)
      } else if (path === '/stats') response.end(JSON.stringify(tally.stats()))
      else response.writeHead(404).end()
    })
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve))
  const address = server.address()
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : port}`,
    stats: tally.stats,
    setBehaviour: (change) => {
      settings = { ...settings, ...change }
    },
    close: () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      return closed
    },
  }
}

function keyOf(request: IncomingMessage): string {
  const key = request.headers['idempotency-key']
  return typeof key === 'string' ? key : ''
}

/** A number in [0, 1) that depends on nothing but the key. */
function shareOf(key: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < key.length; index++) hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193)
  // Similar keys differ in their last characters only, which the loop leaves in the low bits.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32
}

function createTally() {
  const callsByKey = new Map<string, number>()
  const acceptedByKey = new Map<string, number>()
  const answers: Record<string, number> = {}
  const calls = { '/phone': 0, '/leads': 0 }
  let withoutKey = 0
  const repeated = (counts: Map<string, number>): number[] => [...counts.values()].filter((count) => count > 1)
  return {
    call(path: '/phone' | '/leads', key: string): number {
      calls[path]++
      if (key === '') {
        withoutKey++
        return 1
      }
      const times = (callsByKey.get(key) ?? 0) + 1
      callsByKey.set(key, times)
      return times
    },
    answer(status: number, key: string): void {
      answers[status] = (answers[status] ?? 0) + 1
      if (status === 200 && key !== '') acceptedByKey.set(key, (acceptedByKey.get(key) ?? 0) + 1)
    },
    stats: (): PartnerStats => ({
      calls: calls['/phone'] + calls['/leads'],
      phoneCalls: calls['/phone'],
      leadCalls: calls['/leads'],
      withoutKey,
      distinctKeys: callsByKey.size,
      repeatedKeys: repeated(callsByKey).length,
      repeatedCalls: repeated(callsByKey).reduce((sum, count) => sum + count - 1, 0),
      acceptedMoreThanOnce: repeated(acceptedByKey).length,
      answers: { ...answers },
    }),
  }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '9000' },
      behaviour: { type: 'string', default: 'mix' },
      'delay-ms': { type: 'string', default: '0' },
      'fail-first-share': { type: 'string', default: '0' },
    },
  })
  const behaviour = behaviours.find((name) => name === values.behaviour)
  if (behaviour === undefined) throw new Error(`--behaviour is one of ${behaviours.join(', ')}`)
  const settings = { behaviour, delayMs: Number(values['delay-ms']), failFirstShare: Number(values['fail-first-share']) }
  const partner = await openPartner({ port: Number(values.port), ...settings })
  console.log(`partner (${behaviour}) on ${partner.url}; its counts: ${partner.url}/stats`)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void partner.close())
}
