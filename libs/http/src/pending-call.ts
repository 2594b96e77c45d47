import type { Dispatcher } from 'undici'
import { classifyError, describeError, type Why } from './classify-error.ts'
import { decodeBody } from './decode-body.ts'
import type { CallLimits, CallResult, CallTimings } from './exchange.ts'

export interface PendingCall {
  readonly handler: Dispatcher.DispatchHandler
  readonly result: Promise<CallResult>
  /** Ends the call as unanswered; nothing when it has ended. */
  readonly fail: (why: Why, message: string) => void
}

const closed = new Error('the call has ended')

/** Follows one call from dispatch to its end, within its limits, with one timer. `now` in milliseconds. */
export function startCall(limits: CallLimits, now: () => number): PendingCall {
  const { promise: result, resolve } = Promise.withResolvers<CallResult>()
  const startedAt = now()
  let sentAt: number | null = null
  let firstByteAt: number | null = null
  let controller: Dispatcher.DispatchController | undefined
  let status = 0
  let headers: Record<string, string> = {}
  let chunks: Buffer[] = []
  let bytes = 0
  let ended = false
  let timer = setTimeout(onTimer, Math.min(limits.firstByteMs, limits.totalMs))

  function onTimer(): void {
    const time = now()
    const deadlineAt = deadline()
    // Timers may fire a millisecond early.
    if (time < deadlineAt - 1) {
      timer = setTimeout(onTimer, deadlineAt - time)
      return
    }
    // When this process was busy past the deadline, the answer may lie unread in the socket: read before giving up.
    setImmediate(() => fail('timeout', timeoutMessage(time - startedAt)))
  }

  function deadline(): number {
    const totalAt = startedAt + limits.totalMs
    if (sentAt === null || firstByteAt !== null) return totalAt
    return Math.min(totalAt, sentAt + limits.firstByteMs)
  }

  function timeoutMessage(elapsedMs: number): string {
    if (sentAt === null) return `not connected within ${Math.round(elapsedMs)} ms`
    return firstByteAt === null
      ? `no answer within ${Math.round(elapsedMs)} ms`
      : `no complete answer within ${Math.round(elapsedMs)} ms`
  }

  function timings(): CallTimings {
    return {
      connectMs: sentAt === null ? null : sentAt - startedAt,
      firstByteMs: firstByteAt === null ? null : firstByteAt - startedAt,
      totalMs: now() - startedAt,
    }
  }

  function end(outcome: CallResult): void {
    ended = true
    clearTimeout(timer)
    chunks = []
    resolve(outcome)
  }

  function fail(why: Why, message: string): void {
    if (ended) return
    end({ type: 'unanswered', why, sent: sentAt !== null, message, timings: timings() })
    controller?.abort(closed)
  }

  async function answer(): Promise<void> {
    clearTimeout(timer)
    const raw = chunks.length === 1 ? (chunks[0] ?? Buffer.alloc(0)) : Buffer.concat(chunks, bytes)
    const coding = headers['content-encoding']
    if (coding === undefined) {
      end({ type: 'answered', response: { status, headers, body: raw }, timings: timings() })
      return
    }
    const decoded = await decodeBody(raw, coding, limits.responseBytes)
    if (ended) return
    if (decoded.type === 'undecodable') fail(decoded.why, decoded.message)
    else end({ type: 'answered', response: { status, headers, body: decoded.body }, timings: timings() })
  }

  const handler: Dispatcher.DispatchHandler = {
    onRequestStart(control) {
      controller = control
      if (ended) control.abort(closed)
      else sentAt = now()
    },
    onResponseStart(control, statusCode, incoming) {
      // 1xx answers are not the answer; a stream of them runs into the deadline.
      if (statusCode < 200) return
      controller = control
      firstByteAt = now()
      status = statusCode
      headers = flatHeaders(incoming)
      const announced = Number(headers['content-length'] ?? 0)
      if (announced > limits.responseBytes)
        fail('too-large', `the answer announces ${announced} bytes, more than ${limits.responseBytes}`)
    },
    onResponseData(_control, chunk) {
      if (ended) return
      bytes += chunk.length
      if (bytes > limits.responseBytes) fail('too-large', `the answer is longer than ${limits.responseBytes} bytes`)
      else chunks.push(chunk)
    },
    onResponseEnd() {
      if (!ended) void answer()
    },
    onResponseError(_control, error) {
      fail(classifyError(error), describeError(error))
    },
  }
  return { handler, result, fail }
}

type IncomingHeaders = Parameters<NonNullable<Dispatcher.DispatchHandler['onResponseStart']>>[2]

function flatHeaders(incoming: IncomingHeaders): Record<string, string> {
  const flat: Record<string, string> = {}
  for (const name of Object.keys(incoming)) {
    const value = incoming[name]
    if (value !== undefined) flat[name] = typeof value === 'string' ? value : value.join(', ')
  }
  return flat
}
