import type { Dispatcher } from 'undici'
import type { Abortable } from './abort-groups.ts'
import { classifyError, describeError, type Why } from './classify-error.ts'
import { decodeBody } from './decode-body.ts'
import type { CallLimits, CallResult, CallTimings } from './exchange.ts'

type Handler = Dispatcher.DispatchHandler
type Controller = Dispatcher.DispatchController

export interface PendingCall extends Abortable {
  readonly handler: Handler
  readonly result: Promise<CallResult>
  /** Ends the call as unanswered; nothing when it has ended. */
  fail(why: Why, message: string): void
}

const closed = new Error('the call has ended')

/** Follows one call from dispatch to its end, within its limits, with one timer. */
export function startCall(limits: CallLimits): PendingCall {
  return new Call(limits)
}

/** A class, because hundreds are under way at a time: with a dozen closures each, every garbage collection would have them to carry along. */
class Call implements PendingCall, Handler {
  readonly handler: Handler = this
  place = -1
  readonly result: Promise<CallResult>
  readonly #limits: CallLimits
  readonly #resolve: (result: CallResult) => void
  readonly #startedAt: number
  #sentAt: number | null = null
  #firstByteAt: number | null = null
  #controller: Controller | undefined
  #status = 0
  #headers: Record<string, string> = {}
  #chunks: Buffer[] = []
  #bytes = 0
  #ended = false
  #timer: NodeJS.Timeout

  constructor(limits: CallLimits) {
    const { promise, resolve } = Promise.withResolvers<CallResult>()
    this.result = promise
    this.#resolve = resolve
    this.#limits = limits
    this.#startedAt = now()
    this.#timer = setTimeout(lookAtTime, Math.min(limits.firstByteMs, limits.totalMs), this)
  }

  fail(why: Why, message: string): void {
    if (this.#ended) return
    this.#end({ type: 'unanswered', why, sent: this.#sentAt !== null, message, timings: this.#timings() })
    this.#controller?.abort(closed)
  }

  abort(): void {
    this.fail('aborted', 'the call was given up')
  }

  /** Gives the call up when its time is over, else comes back when it will be. */
  lookAtTime(): void {
    const time = now()
    const deadlineAt = this.#deadlineAt()
    // Timers may fire a millisecond early.
    if (time < deadlineAt - 1) {
      this.#timer = setTimeout(lookAtTime, deadlineAt - time, this)
      return
    }
    // When this process was busy past the deadline, the answer may lie unread in the socket: read before giving up.
    setImmediate(() => this.fail('timeout', this.#timeoutMessage(time - this.#startedAt)))
  }

  onRequestStart(controller: Controller): void {
    this.#controller = controller
    if (this.#ended) controller.abort(closed)
    else this.#sentAt = now()
  }

  onResponseStart(controller: Controller, statusCode: number, incoming: IncomingHeaders): void {
    // 1xx answers are not the answer; a stream of them runs into the deadline.
    if (statusCode < 200) return
    this.#controller = controller
    this.#firstByteAt = now()
    this.#status = statusCode
    this.#headers = flatHeaders(incoming)
    const { responseBytes } = this.#limits
    const announced = Number(this.#headers['content-length'] ?? 0)
    if (announced > responseBytes) this.fail('too-large', `the answer announces ${announced} bytes, more than ${responseBytes}`)
  }

  onResponseData(_controller: Controller, chunk: Buffer): void {
    if (this.#ended) return
    const { responseBytes } = this.#limits
    this.#bytes += chunk.length
    if (this.#bytes > responseBytes) this.fail('too-large', `the answer is longer than ${responseBytes} bytes`)
    else this.#chunks.push(chunk)
  }

  onResponseEnd(): void {
    if (this.#ended) return
    clearTimeout(this.#timer)
    const only = this.#chunks.length === 1 ? this.#chunks[0] : undefined
    const body = only ?? Buffer.concat(this.#chunks, this.#bytes)
    const coding = this.#headers['content-encoding']
    if (coding === undefined) this.#answer(body)
    else void this.#decode(body, coding)
  }

  onResponseError(_controller: Controller, error: Error): void {
    this.fail(classifyError(error), describeError(error))
  }

  async #decode(raw: Buffer, coding: string): Promise<void> {
    const decoded = await decodeBody(raw, coding, this.#limits.responseBytes)
    if (this.#ended) return
    if (decoded.type === 'undecodable') this.fail(decoded.why, decoded.message)
    else this.#answer(decoded.body)
  }

  #answer(body: Buffer): void {
    const response = { status: this.#status, headers: this.#headers, body }
    this.#end({ type: 'answered', response, timings: this.#timings() })
  }

  #end(outcome: CallResult): void {
    this.#ended = true
    clearTimeout(this.#timer)
    this.#chunks = []
    this.#resolve(outcome)
  }

  #deadlineAt(): number {
    const totalAt = this.#startedAt + this.#limits.totalMs
    if (this.#sentAt === null || this.#firstByteAt !== null) return totalAt
    return Math.min(totalAt, this.#sentAt + this.#limits.firstByteMs)
  }

  #timeoutMessage(elapsedMs: number): string {
    const within = `within ${Math.round(elapsedMs)} ms`
    if (this.#sentAt === null) return `not connected ${within}`
    return this.#firstByteAt === null ? `no answer ${within}` : `no complete answer ${within}`
  }

  #since(time: number | null): number | null {
    return time === null ? null : Math.round(time - this.#startedAt)
  }

  #timings(): CallTimings {
    return {
      connectMs: this.#since(this.#sentAt),
      firstByteMs: this.#since(this.#firstByteAt),
      totalMs: Math.round(now() - this.#startedAt),
    }
  }
}

/** Not the time of day: that can be set back, and a deadline would move away by as much. */
const now = (): number => performance.now()

/** One function for all timers, so that none needs its own. */
function lookAtTime(call: Call): void {
  call.lookAtTime()
}

type IncomingHeaders = Parameters<NonNullable<Handler['onResponseStart']>>[2]

function flatHeaders(incoming: IncomingHeaders): Record<string, string> {
  const flat: Record<string, string> = {}
  for (const name of Object.keys(incoming)) {
    const value = incoming[name]
    if (value !== undefined) flat[name] = typeof value === 'string' ? value : value.join(', ')
  }
  return flat
}
