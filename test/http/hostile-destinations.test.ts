import { spawn } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import type { CallLimits, CallResult, HttpCaller, HttpRequest } from '@leadline/http'
import { openHttpCaller } from '@leadline/http'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type HostileServer, openHostileServer } from '../fakes/hostile-server.ts'

const limits: CallLimits = { connectMs: 1_000, firstByteMs: 250, totalMs: 500, responseBytes: 1024 * 1024 }
const never = new AbortController().signal
let server: HostileServer
let http: HttpCaller

beforeAll(async () => {
  server = await openHostileServer()
  http = openHttpCaller({ allowLoopback: true })
})

afterAll(async () => {
  await http[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
})

const post = (path: string, extra: Partial<HttpRequest> = {}): Promise<CallResult> =>
  http.call(
    { method: 'POST', url: `${server.url}${path}`, headers: { 'content-type': 'text/plain' }, body: 'lead', ...extra },
    limits,
    never,
  )

const bodyOf = (result: CallResult): string =>
  result.type === 'answered' ? result.response.body.toString() : `unanswered: ${result.message}`

async function until(condition: () => boolean): Promise<void> {
  await expect.poll(condition, { timeout: 3_000, interval: 10 }).toBe(true)
}

describe('a well-behaved destination', () => {
  it('is answered with status, headers and body, over a kept connection', async () => {
    const before = server.connections()
    for (let call = 1; call < 20; call++) await post('/ok')
    const result = await post('/ok')
    expect(result).toMatchObject({ type: 'answered', response: { status: 200, headers: { 'content-type': 'application/json' } } })
    expect(bodyOf(result)).toBe('{"ok":true}')
    expect(server.connections() - before).toBeLessThanOrEqual(2)
  })

  it('gets method, path, query, headers and body as they are', async () => {
    const echoed = bodyOf(await post('/echo?a=%20b', { headers: { 'X-Custom': 'v' }, body: 'héllo' }))
    expect(echoed).toContain('POST /echo?a=%20b HTTP/1.1')
    expect(echoed.toLowerCase()).toContain('x-custom: v')
    expect(echoed.toLowerCase()).toContain('content-length: 6')
  })

  it('may compress its answer once', async () => {
    expect(bodyOf(await post('/gzip'))).toBe('{"ok":"gzip"}')
    expect(bodyOf(await post('/br'))).toBe('{"ok":"br"}')
    expect(bodyOf(await post('/deflate'))).toBe('{"ok":"deflate"}')
    expect(bodyOf(await post('/deflate-raw'))).toBe('{"ok":"raw"}')
  })

  it('is never followed elsewhere', async () => {
    expect(await post('/redirect')).toMatchObject({ type: 'answered', response: { status: 302, headers: { location: '/ok' } } })
  })
})

describe('a hostile destination', () => {
  it.each<[path: string, why: string]>([
    ['/never', 'timeout'],
    ['/slow-headers', 'garbage'],
    ['/slow-body', 'timeout'],
    ['/endless-hints', 'timeout'],
    ['/endless-body', 'too-large'],
    ['/endless-header', 'too-large'],
    ['/many-headers', 'too-large'],
    ['/announces-10-gb', 'too-large'],
    ['/gzip-bomb', 'too-large'],
    ['/gzip-in-gzip', 'garbage'],
    ['/gzip-broken', 'garbage'],
    ['/unknown-coding', 'garbage'],
    ['/garbage', 'garbage'],
    ['/two-lengths', 'connection'],
    ['/bad-chunk', 'garbage'],
    ['/bad-upgrade', 'garbage'],
    ['/hangs-up', 'connection'],
    ['/resets', 'connection'],
    ['/half-headers', 'connection'],
    ['/half-body', 'connection'],
  ])('%s ends as %s, within its time, and the request counts as sent', async (path, why) => {
    // Beside a timer of this process: on a busy machine both are late.
    const result = await Promise.race([post(path), delay(limits.totalMs + 400, 'still under way')])
    expect(result).toMatchObject({ type: 'unanswered', why, sent: true })
  })

  it('is given up in time also when the clock of the machine is set back meanwhile', async () => {
    const call = post('/never')
    const hourAgo = Date.now() - 3_600_000
    const clock = vi.spyOn(Date, 'now').mockReturnValue(hourAgo)
    const result = await Promise.race([call, delay(limits.totalMs + 400, 'still under way')]).finally(() => clock.mockRestore())
    expect(result).toMatchObject({ type: 'unanswered', why: 'timeout' })
  })

  it('is not read beyond the cap', async () => {
    const before = server.bytesWritten()
    await post('/endless-body')
    await until(() => server.open() <= 1)
    // The cap, and what the kernel's buffers of both sides hold.
    expect(server.bytesWritten() - before).toBeLessThan(16 * 1024 * 1024)
  })

  it('does not slow a fast one down', async () => {
    await using other = await openHostileServer()
    const hung = Array.from({ length: 100 }, () => post('/never'))
    const result = await http.call({ method: 'GET', url: `${other.url}/ok`, headers: {}, body: null }, limits, never)
    expect(result).toMatchObject({ type: 'answered' })
    expect(result.timings.totalMs).toBeLessThan(200)
    await Promise.all(hung)
  })
})

describe('a call', () => {
  it('that never reached anybody was not sent', async () => {
    const gone = await openHostileServer()
    await gone[Symbol.asyncDispose]()
    const result = await http.call({ method: 'GET', url: gone.url, headers: {}, body: null }, limits, never)
    expect(result).toMatchObject({ type: 'unanswered', why: 'connection', sent: false })
  })

  it('ends at once when its signal fires, and frees its connection', async () => {
    const controller = new AbortController()
    const call = http.call(
      { method: 'GET', url: `${server.url}/never`, headers: {}, body: null },
      { ...limits, firstByteMs: 5_000, totalMs: 5_000 },
      controller.signal,
    )
    const before = server.connections()
    await until(() => server.connections() > before || server.open() > 0)
    controller.abort()
    expect(await call).toMatchObject({ type: 'unanswered', why: 'aborted' })
  })

  it.each([
    ['ftp://127.0.0.1/x', /not http/],
    ['not a url', /malformed/],
    ['http://user:pass@127.0.0.1/', /credentials/],
    ['http://127.0.0.1:22/', /port 22/],
  ])('to %s is refused without a connection', async (url, message) => {
    const result = await http.call({ method: 'GET', url, headers: {}, body: null }, limits, never)
    expect(result).toMatchObject({ type: 'unanswered', why: 'refused', sent: false, message: expect.stringMatching(message) })
  })

  it('with a header that would break the request is refused', async () => {
    const result = await post('/ok', { headers: { 'X-A': 'a\r\nX-Admin: 1' } })
    expect(result).toMatchObject({ type: 'unanswered', why: 'refused', sent: false })
  })

  it('after closing is given up', async () => {
    const closed = openHttpCaller({ allowLoopback: true })
    await closed[Symbol.asyncDispose]()
    expect(await closed.call({ method: 'GET', url: server.url, headers: {}, body: null }, limits, never)).toMatchObject({
      why: 'aborted',
    })
  })
})

describe('a process that was busy past the deadline', () => {
  it('still reads the answer that came in time', async () => {
    await using slow = await openSlowProcess()
    const call = () => http.call({ method: 'GET', url: slow.url, headers: {}, body: null }, limits, never)
    await call()
    const late = call()
    await new Promise((resolve) => setTimeout(resolve, 20))
    // From an immediate, because timers come next after it, before sockets are read.
    await new Promise((resolve) => setImmediate(resolve))
    const busyUntil = performance.now() + limits.totalMs + 50
    while (performance.now() < busyUntil);
    expect(await late).toMatchObject({ type: 'answered' })
  })
})

/** A server in a process of its own that takes 50 ms for an answer. */
async function openSlowProcess(): Promise<AsyncDisposable & { readonly url: string }> {
  const script = `
    const server = require('node:http').createServer((request, response) => setTimeout(() => response.end('ok'), 50))
    server.listen(0, '127.0.0.1', () => console.log(server.address().port))`
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const port = await new Promise<string>((resolve) => child.stdout.once('data', (chunk) => resolve(String(chunk).trim())))
  return {
    url: `http://127.0.0.1:${port}/`,
    async [Symbol.asyncDispose]() {
      const exited = new Promise((resolve) => child.once('exit', resolve))
      child.kill()
      await exited
    },
  }
}
