import { createAbortGroups } from './abort-groups.ts'
import { type AllowedNetworks, createAddressGuard } from './address-guard.ts'
import { classifyError, describeError, toError, type Why } from './classify-error.ts'
import { type Connections, openConnections } from './connections.ts'
import type { CallResult, HttpCaller } from './exchange.ts'
import { guardedConnector, type Resolve, systemResolve } from './guarded-connect.ts'
import { startCall } from './pending-call.ts'

export interface HttpCallerOptions {
  /** Connections kept to one destination; more calls wait for a free one. 512 unless told. */
  readonly maxConnectionsPerDestination?: number
  /** Addresses that are called although they are not public: `true` for this machine, or a list of networks. */
  readonly allowLoopback: AllowedNetworks
  /** Addresses of a name; the system's resolver unless told. */
  readonly resolve?: Resolve
}

/** Calls over kept-alive HTTP/1.1 connections, one pool for each origin. No redirects are followed. */
export function openHttpCaller(options: HttpCallerOptions): HttpCaller {
  const guard = createAddressGuard(options.allowLoopback)
  const resolve = options.resolve ?? systemResolve
  const origins = new Map<string, Connections>()
  const abortedBy = createAbortGroups()
  const connectors = new Map<number, ReturnType<typeof guardedConnector>>()
  // Each attempt may wait longer to connect than the one before; a new connection takes the latest call's limit.
  const connectMs = new Map<string, number>()
  let closing: Promise<void> | undefined

  const connectorFor = (timeoutMs: number) => {
    const known = connectors.get(timeoutMs)
    if (known !== undefined) return known
    const connector = guardedConnector(guard, resolve, timeoutMs)
    connectors.set(timeoutMs, connector)
    return connector
  }

  const open = (origin: string): Connections => {
    const connections = openConnections(origin, options.maxConnectionsPerDestination ?? 512, {
      pipelining: 1,
      allowH2: false,
      maxHeaderSize: 32 * 1024,
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: (target, done) => connectorFor(connectMs.get(origin) ?? 5_000)(target, done),
    })
    origins.set(origin, connections)
    return connections
  }

  return {
    call(request, limits, signal) {
      if (closing !== undefined || signal.aborted) return unsent('aborted', 'the call was given up before it was sent')
      const target = targetOf(request.url)
      if (typeof target === 'string') return unsent('refused', target)
      const { origin, path } = target
      if (connectMs.get(origin) !== limits.connectMs) connectMs.set(origin, limits.connectMs)
      const call = startCall(limits)
      const group = abortedBy(signal)
      group.add(call)
      let done: (() => void) | undefined
      try {
        const { method, headers, body } = request
        const connections = origins.get(origin) ?? open(origin)
        done = connections.dispatch({ path, method, headers, body }, call.handler).done
      } catch (thrown) {
        const error = toError(thrown)
        call.fail(classifyError(error), describeError(error))
      }
      const { result } = call
      void result.then(() => {
        done?.()
        group.remove(call)
      })
      return result
    },
    async [Symbol.asyncDispose]() {
      closing ??= Promise.all(Array.from(origins.values(), (connections) => connections.destroy())).then(() => {})
      await closing
    },
  }
}

// Well-known ports of services that are not HTTP and could be made to act on a request's text.
const forbiddenPorts = new Set([
  '21',
  '22',
  '23',
  '25',
  '53',
  '110',
  '143',
  '465',
  '587',
  '993',
  '995',
  '2049',
  '3306',
  '5432',
  '6379',
  '9092',
  '11211',
])

interface Target {
  readonly origin: string
  readonly path: string
}

// Most calls of a step go to one address, and reading it costs a hundredth of a call.
const recent = new Map<string, Target | string>()
const mostRecent = 100

function targetOf(url: string): Target | string {
  const known = recent.get(url)
  if (known !== undefined) return known
  const target = parseTarget(url)
  if (recent.size >= mostRecent) recent.clear()
  recent.set(url, target)
  return target
}

function parseTarget(text: string): Target | string {
  const url = URL.parse(text)
  if (url === null) return 'the URL is malformed'
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return `${url.protocol} is not http: or https:`
  if (url.username !== '' || url.password !== '') return 'the URL carries credentials'
  if (forbiddenPorts.has(url.port)) return `port ${url.port} is not for HTTP`
  return { origin: url.origin, path: url.pathname + url.search }
}

function unsent(why: Why, message: string): Promise<CallResult> {
  const timings = { connectMs: null, firstByteMs: null, totalMs: 0 }
  return Promise.resolve({ type: 'unanswered', why, sent: false, message, timings })
}
