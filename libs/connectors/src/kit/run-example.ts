import type { CallResult, HttpCaller, HttpRequest } from '@leadline/http'
import type { Connector, StepVerdict } from '../connector.ts'
import { defaultCallLimits } from './call-limits.ts'
import type { Example, ExampleAnswer } from './declaration.ts'

export interface ExampleRun {
  /** What was sent; null when nothing was. */
  readonly wire: HttpRequest | null
  readonly verdict: StepVerdict
}

/** Runs an example against an outside that gives its answer, without a network. */
export async function runExample(connector: Connector, example: Example): Promise<ExampleRun> {
  let wire: HttpRequest | null = null
  const http: HttpCaller = {
    call: async (request) => {
      wire = request
      return resultOf(example.answer)
    },
    [Symbol.asyncDispose]: async () => {},
  }
  const action = connector.compile(example.with, { http, limits: defaultCallLimits, redact: (text) => text })
  const verdict = await action.run({
    view: { lead: example.lead, appended: {}, source: { name: 'web' }, flow: { name: 'example' } },
    idempotencyKey: 'example-key',
    traceparent: null,
    attempt: 1,
    now: () => Date.UTC(2025, 0, 1),
    signal: new AbortController().signal,
  })
  return { wire, verdict }
}

const timings = { connectMs: 1, firstByteMs: 2, totalMs: 3 }

function resultOf(answer: ExampleAnswer | undefined): CallResult {
  if (answer === undefined) throw new Error('the example has no answer, but a call was made')
  if ('unanswered' in answer)
    return { type: 'unanswered', why: answer.unanswered, sent: answer.sent, message: 'no answer', timings }
  const { status, headers = {}, body } = answer
  return { type: 'answered', response: { status, headers, body: Buffer.from(body) }, timings }
}
