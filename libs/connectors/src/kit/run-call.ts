import { isJsonObject, type Json, LeadlineError, type Outcome } from '@leadline/domain'
import type { CallResult, HttpRequest, Redact } from '@leadline/http'
import type { ConnectorTools, StepAction, StepCall, StepVerdict } from '../connector.ts'
import { limitsFor } from './call-limits.ts'
import type { PreparedCall } from './declaration.ts'
import { describeExchange } from './describe-exchange.ts'
import { type Facts, judge } from './judge.ts'
import type { OutcomeRule } from './outcome-rule.ts'
import { readBody } from './read-answer.ts'
import { parseRetryAfter } from './retry-after.ts'
import { childTraceparent } from './trace.ts'

/** An action that makes one call and judges its answer. */
export function callAction(rules: readonly OutcomeRule[], prepared: PreparedCall, tools: ConnectorTools): StepAction {
  const { criteria, destination } = prepared
  const conclude = (facts: Facts) => redactVerdict(judge(rules, facts, criteria), tools.redact)
  return {
    destination,
    async run(call) {
      const request = buildRequest(prepared, call)
      if (request instanceof LeadlineError) {
        const facts: Facts = { type: 'unanswered', why: 'unfit', sent: false, message: request.message }
        return { ...conclude(facts), destination, exchange: null }
      }
      const result = await tools.http.call(request, limitsFor(tools.limits, call.attempt), call.signal)
      const facts = factsOf(result, tools.redact, call.now())
      return { ...conclude(facts), destination, exchange: describeExchange(request, result, tools.redact) }
    },
  }
}

function buildRequest(prepared: PreparedCall, call: StepCall): HttpRequest | LeadlineError {
  try {
    const request = prepared.request(call.view)
    const traceparent = childTraceparent(call.traceparent)
    return { ...request, headers: { ...request.headers, 'Idempotency-Key': call.idempotencyKey, traceparent } }
  } catch (thrown) {
    if (thrown instanceof LeadlineError) return thrown
    throw thrown
  }
}

function factsOf(result: CallResult, redact: Redact, nowMs: number): Facts {
  if (result.type === 'unanswered') return result
  const { status, headers, body } = result.response
  const text = body.toString()
  const parsed = readBody(text, headers['content-type'])
  return {
    type: 'answered',
    status,
    // An answer that echoes a secret must not carry it into the lead; the walk through it is paid only then.
    body: parsed === undefined || redact(text) === text ? parsed : redactValues(parsed, redact),
    retryAfterMs: parseRetryAfter(headers['retry-after'], nowMs),
  }
}

function redactVerdict(verdict: { rule: string; conclusion: Outcome }, redact: Redact): Pick<StepVerdict, 'rule' | 'conclusion'> {
  const { rule, conclusion } = verdict
  if (conclusion.type !== 'error') return verdict
  return { rule, conclusion: { ...conclusion, error: { ...conclusion.error, reason: redact(conclusion.error.reason) } } }
}

function redactValues(value: Json, redact: Redact): Json {
  if (typeof value === 'string') return redact(value)
  if (isJsonObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [redact(name), redactValues(item, redact)]))
  }
  return Array.isArray(value) ? value.map((item) => redactValues(item, redact)) : value
}
