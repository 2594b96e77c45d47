import type { StepVerdict } from '@leadline/connectors'
import type { JsonObject } from '@leadline/domain'
import type { Flow, Step } from '@leadline/flows'
import { stringifyJson } from '@leadline/formats'
import type { HttpRequest, HttpResponse } from '@leadline/http'
import type { Decision } from '@leadline/language'
import type { Trial } from './try-step.ts'

/** A trial with what went over the wire and every question that was asked. */
export interface TrialReport {
  readonly flow: Flow
  readonly step: Step
  readonly source: string
  readonly trial: Trial
  readonly decisions: readonly Decision[]
  readonly request: HttpRequest | null
  /** Null when there was none: nothing was called, or nobody answered. */
  readonly response: HttpResponse | null
  /** Nobody was asked: what would be concluded without an answer is of no interest. */
  readonly onlyRequest: boolean
}

/** The report as a person reads it, one line after the other. */
export function describeTrial(report: TrialReport): readonly string[] {
  const { flow, step, source, trial, request, response } = report
  return [
    `flow ${flow.name} (version ${flow.version}), source ${source}, step ${step.name} (${step.connector})`,
    `lead: ${stringifyJson(trial.lead)}`,
    ...(trial.invalid.length === 0 ? [] : [`cannot be read: ${trial.invalid.join(', ')}`]),
    ...describeWhen(report),
    ...(request === null ? [] : ['', '--- request', ...describeRequest(request)]),
    ...(response === null ? [] : ['', '--- answer', ...describeResponse(response)]),
    ...(trial.verdict === null || report.onlyRequest ? [] : ['', '--- decisions', ...describeVerdict(report, trial.verdict)]),
  ]
}

function describeWhen({ trial }: TrialReport): readonly string[] {
  if (trial.when === null) return []
  return [trial.when.type === 'pass' ? 'when: holds' : `when: does not hold, the lead skips the step: ${trial.when.reason}`]
}

function describeRequest({ method, url, headers, body }: HttpRequest): readonly string[] {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  return [`${method} ${url}`, ...lines, ...(body === null ? [] : ['', body.toString()])]
}

function describeResponse({ status, headers, body }: HttpResponse): readonly string[] {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  return [`HTTP ${status}`, ...lines, '', body.toString()]
}

function describeVerdict({ decisions, step }: TrialReport, verdict: StepVerdict): readonly string[] {
  const told = [...new Set(decisions.map(describeDecision))]
  return [...told, '', '--- outcome', ...describeConclusion(verdict, step.append)]
}

function describeDecision(decision: Decision): string {
  switch (decision.type) {
    case 'body':
      return `the body is read as ${decision.kind}`
    case 'question':
      return `${decision.held ? 'yes' : 'no '}  ${decision.question}`
    case 'found':
      return `     ${decision.name} at ${decision.path}: ${decision.values.length === 0 ? 'nothing' : stringifyJson(decision.values)}`
  }
}

function describeConclusion({ conclusion, rule }: StepVerdict, append: string): readonly string[] {
  const head = `${conclusion.type} (rule ${rule})`
  switch (conclusion.type) {
    case 'continue':
      return [head]
    case 'stop':
      return [head, `reason: ${conclusion.reason}`]
    case 'success':
      return [head, `price: ${conclusion.price ?? 0}`, ...describeKept(conclusion, append)]
    case 'failure':
      return [head, `reason: ${conclusion.reason}`, ...describeKept(conclusion, append)]
    case 'error': {
      const { code, reason, retryable } = conclusion.error
      return [head, `reason: ${reason}`, `code: ${code}, ${retryable ? 'is tried again' : 'is not tried again'}`]
    }
  }
}

function describeKept({ reference, appended }: { reference: string | null; appended: JsonObject }, append: string): string[] {
  return [...(reference === null ? [] : [`reference: ${reference}`]), `appended.${append}: ${stringifyJson(appended)}`]
}
