import { describe, expect, it } from 'vitest'
import { callFollowing } from './call-following.ts'
import type { CallLimits, CallResult, HttpRequest } from './exchange.ts'

const limits: CallLimits = { connectMs: 100, firstByteMs: 100, totalMs: 100, responseBytes: 10 }

/** An outside that redirects as told, each answer taking 30 ms. */
async function follow(request: Partial<HttpRequest>, redirects: Readonly<Record<string, string>>, status = 302) {
  const sent: { readonly request: HttpRequest; readonly limits: CallLimits }[] = []
  const timings = { connectMs: 1, firstByteMs: 2, totalMs: 30 }
  const call = callFollowing({
    call: async (made, within): Promise<CallResult> => {
      sent.push({ request: made, limits: within })
      const location = redirects[made.url]
      const headers = location === undefined ? {} : { location }
      return {
        type: 'answered',
        response: { status: location === undefined ? 200 : status, headers, body: Buffer.alloc(0) },
        timings,
      }
    },
  })
  const whole = { method: 'GET', url: 'https://a.example/1', headers: {}, body: null, ...request }
  const result = await call(whole, limits, new AbortController().signal)
  return { sent, status: result.type === 'answered' ? result.response.status : null, urls: sent.map((one) => one.request.url) }
}

describe('a redirect', () => {
  it('is followed to a relative address, within what is left of the time', async () => {
    const { urls, sent, status } = await follow({}, { 'https://a.example/1': '/2#top' })
    expect([urls, status]).toEqual([['https://a.example/1', 'https://a.example/2'], 200])
    expect(sent[1]?.limits).toMatchObject({ totalMs: 70, connectMs: 70 })
  })

  it('keeps credentials from another origin', async () => {
    const headers = { Authorization: 'Basic x', 'X-Api-Key': 'k', Accept: 'text/html' }
    const { sent } = await follow({ headers }, { 'https://a.example/1': '/2', 'https://a.example/2': 'https://b.example/' })
    expect(sent.map((one) => one.request.headers)).toEqual([headers, headers, { Accept: 'text/html' }])
  })

  it.each([
    ['of a POST', { method: 'POST' }, '/2', 302],
    ['from https to http', {}, 'http://a.example/2', 302],
    ['to nowhere', {}, 'http://', 302],
    ['to a file', {}, 'file:///etc/passwd', 302],
    ['that is none', {}, '/2', 304],
  ])('%s is the answer', async (_, request, location, status) => {
    const { urls, status: last } = await follow(request, { 'https://a.example/1': location }, status)
    expect([urls.length, last]).toEqual([1, status])
  })

  it('that goes in circles ends when the time is up', async () => {
    const { urls, status } = await follow({}, { 'https://a.example/1': '/1' })
    expect([urls.length, status]).toEqual([4, 302])
  })
})
