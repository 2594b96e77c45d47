import { type Appended, isJsonObject, type Json, LeadlineError, type Outcome } from '@leadline/domain'
import { decodeAnswer } from '@leadline/formats'
import { type CallResult, callFollowing, createRedactor, type HttpRequest, type Redact } from '@leadline/http'
import { type AnswerReader, type AnswerReading, compileCriteria } from '@leadline/language'
import type { ConnectorTools, StepAction, StepCall, StepVerdict } from '../connector.ts'
import { askedWaitMs } from './asked-wait.ts'
import { limitsFor } from './call-limits.ts'
import type { PreparedCall } from './declaration.ts'
import { describeExchange } from './describe-exchange.ts'
import { type Facts, judge } from './judge.ts'
import type { OutcomeRule } from './outcome-rule.ts'
import { childTraceparent } from './trace.ts'
import { unexpected } from './unexpected.ts'

/** An action that makes one call and judges its answer. */
export function callAction(rules: readonly OutcomeRule[], prepared: PreparedCall, tools: ConnectorTools): StepAction {
  const { criteria, destination } = prepared
  const read = compileCriteria(criteria, tools.explain)
  const table = { rules, defaultReason: criteria.defaultReason, explain: tools.explain }
  const conclude = (facts: Facts, redact: Redact) => redactVerdict(judge(table, facts), redact)
  const send = prepared.redirects === 'follow' ? callFollowing(tools.http) : tools.http.call
  return {
    destination,
    // One function waits for the call, not one around the other: all that waits is carried along by each garbage collection meanwhile.
    // And it keeps no more of `call` than it needs then: the view of the lead is only for the request.
    async run(call) {
      const { hidden, attempt, now, signal } = call
      try {
        const request = buildRequest(prepared, call)
        if (request instanceof LeadlineError) {
          const redact = redactorFor(hidden, tools.redact)
          const facts: Facts = { type: 'unanswered', why: 'unfit', sent: false, message: request.message }
          return { ...conclude(facts, redact), destination, exchange: null }
        }
        const result = await send(request, limitsFor(tools.limits, attempt), signal)
        const redact = redactorFor(hidden, tools.redact)
        const facts = factsOf(result, read, redact, now())
        return { ...conclude(facts, redact), destination, exchange: describeExchange(request, result, redact) }
      } catch (thrown) {
        return unexpected(thrown)
      }
    },
  }
}

/** Most leads have nothing to hide, and share one redactor. */
function redactorFor(hidden: StepCall['hidden'], redact: Redact): Redact {
  const texts = hidden?.() ?? []
  if (texts.length === 0) return redact
  const hide = createRedactor(texts)
  return (text) => hide(redact(text))
}

function buildRequest(prepared: PreparedCall, call: StepCall): HttpRequest | LeadlineError {
  try {
    const { method, url, headers, body } = prepared.request(call.view)
    const traceparent = childTraceparent(call.traceparent)
    return { method, url, headers: { ...headers, 'Idempotency-Key': call.idempotencyKey, traceparent }, body }
  } catch (thrown) {
    if (thrown instanceof LeadlineError) return thrown
    throw thrown
  }
}

function factsOf(result: CallResult, read: AnswerReader, redact: Redact, nowMs: number): Facts {
  if (result.type === 'unanswered') return result
  const { status, headers, body } = result.response
  const contentType = headers['content-type']
  const text = decodeAnswer(body, contentType)
  const reading = read({ status, contentType, setCookie: headers['set-cookie'], body: text })
  return {
    type: 'answered',
    status,
    // An answer that echoes a secret must not carry it into the lead; the walk through it is paid only then.
    reading: redact(text) === text ? reading : redactReading(reading, redact),
    retryAfterMs: askedWaitMs(result.response, nowMs),
  }
}

function redactReading({ says, reason, price, reference, appended }: AnswerReading, redact: Redact): AnswerReading {
  const redactText = (text: string | null) => (text === null ? null : redact(text))
  return {
    says: 'reason' in says && says.reason !== undefined ? { ...says, reason: redact(says.reason) } : says,
    reason: () => redactText(reason() ?? null) ?? undefined,
    price,
    reference: () => redactText(reference()),
    appended: () => redactMembers(appended(), redact),
  }
}

function redactVerdict(verdict: { rule: string; conclusion: Outcome }, redact: Redact): Pick<StepVerdict, 'rule' | 'conclusion'> {
  const { rule, conclusion } = verdict
  if (conclusion.type !== 'error') return verdict
  return { rule, conclusion: { ...conclusion, error: { ...conclusion.error, reason: redact(conclusion.error.reason) } } }
}

function redactMembers(members: Appended, redact: Redact): Appended {
  return Object.fromEntries(Object.entries(members).map(([name, item]) => [redact(name), redactValues(item, redact)]))
}

function redactValues(value: Json, redact: Redact): Json {
  if (typeof value === 'string') return redact(value)
  if (isJsonObject(value)) return redactMembers(value, redact)
  return Array.isArray(value) ? value.map((item) => redactValues(item, redact)) : value
}
