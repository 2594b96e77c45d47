import { describe, expect, it } from 'vitest'
import { openLiveHttp } from './live-http.ts'

describe('the calls of --live', () => {
  it.each([
    [undefined, 'refused'],
    ['10.0.0.0/8', 'refused'],
    [' 10.0.0.0/8 , loopback,', 'connection'],
  ])('reach the private networks that are allowed: %j', async (networks, why) => {
    await using http = openLiveHttp({ ALLOW_PRIVATE_DESTINATIONS: networks })
    // Nobody listens there: the call is refused by our guard, or goes out and finds no connection.
    const request = { method: 'GET', url: 'http://127.0.0.1:1/', headers: {}, body: null } as const
    const limits = { connectMs: 5_000, firstByteMs: 5_000, totalMs: 5_000, responseBytes: 1_000 }
    expect(await http.call(request, limits, new AbortController().signal)).toMatchObject({ type: 'unanswered', why })
  })

  it.each(['10.0.0.0', 'localhost', '10.0.0.0/33', '127.0.0.1/8/8'])('are refused with %j', (networks) => {
    const code = expect.objectContaining({ code: 'CONFIGURATION' })
    expect(() => openLiveHttp({ ALLOW_PRIVATE_DESTINATIONS: networks })).toThrow(code)
  })
})
