import type { CallLimits, CallResult, HttpCaller, HttpRequest } from './exchange.ts'

const mostHops = 5
const redirects = new Set([301, 302, 303, 307, 308])
// What a stranger may be told; everything else could be a credential.
const harmless = new Set(['accept', 'accept-language', 'user-agent', 'traceparent'])

/**
 * Calls that follow redirects of GET and HEAD, five at most and within the limits of the first call: every hop passes the address guard, never
 * from https to http, and to another origin without any header that could be a credential. What is not followed is the answer.
 */
export function callFollowing(caller: Pick<HttpCaller, 'call'>): HttpCaller['call'] {
  return async (request, limits, signal) => {
    let result = await caller.call(request, limits, signal)
    let current = request
    let left = limits
    for (let hop = 0; hop < mostHops; hop += 1) {
      const next = nextRequest(current, result)
      left = { ...left, totalMs: left.totalMs - result.timings.totalMs }
      if (next === undefined || left.totalMs <= 0) return result
      current = next
      result = await caller.call(next, withinTotal(left), signal)
    }
    return result
  }
}

function withinTotal(limits: CallLimits): CallLimits {
  const { totalMs, connectMs, firstByteMs } = limits
  return { ...limits, connectMs: Math.min(connectMs, totalMs), firstByteMs: Math.min(firstByteMs, totalMs) }
}

function nextRequest(request: HttpRequest, result: CallResult): HttpRequest | undefined {
  if (result.type !== 'answered' || !redirects.has(result.response.status)) return undefined
  if (request.method !== 'GET' && request.method !== 'HEAD') return undefined
  const location = result.response.headers['location']
  const from = URL.parse(request.url)
  const to = location === undefined ? null : URL.parse(location, request.url)
  if (from === null || to === null || (from.protocol === 'https:' && to.protocol !== 'https:')) return undefined
  to.hash = ''
  return { ...request, url: to.href, headers: to.origin === from.origin ? request.headers : withoutCredentials(request.headers) }
}

function withoutCredentials(headers: HttpRequest['headers']): HttpRequest['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => harmless.has(name.toLowerCase())))
}
