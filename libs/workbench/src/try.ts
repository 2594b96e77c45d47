import { readFile } from 'node:fs/promises'
import { type ConnectorTools, defaultCallLimits } from '@leadline/connectors'
import { isJsonObject, type Json, type JsonObject, LeadlineError, toLeadlineError } from '@leadline/domain'
import { type Environment, type Flow, loadFlowFile, type Step } from '@leadline/flows'
import { parseJson } from '@leadline/formats'
import { type CallResult, createRedactor, type HttpCaller, type HttpRequest, type HttpResponse } from '@leadline/http'
import { type Decision, suggestion } from '@leadline/language'
import type { CommandTools } from './command-tools.ts'
import { describeTrial } from './describe-trial.ts'
import { readAnswerFile } from './read-answer-file.ts'
import { readTryArguments, type TryArguments, usage } from './try-arguments.ts'
import { tryStep } from './try-step.ts'

export interface TryTools extends CommandTools {
  readonly env: Environment
  readonly now: () => number
  /** Makes calls; opened only for `--live`. */
  readonly openHttp: () => HttpCaller
}

/** The command: prints what becomes of the lead at the step, and returns the exit code. */
export async function runTry(args: readonly string[], tools: TryTools): Promise<number> {
  try {
    for (const line of await report(readTryArguments(args), tools)) tools.out(line)
    return 0
  } catch (thrown) {
    if (!(thrown instanceof LeadlineError)) throw thrown
    tools.error(`try: ${thrown.message}`)
    if (args.length === 0) tools.error(usage)
    return 2
  }
}

async function report(given: TryArguments, { env, now, openHttp }: TryTools): Promise<readonly string[]> {
  const decisions: Decision[] = []
  await using outside = await openOutside(given.answer, openHttp)
  const tools: ConnectorTools = {
    http: outside,
    limits: defaultCallLimits,
    redact: (text) => text,
    explain: (decision) => decisions.push(decision),
  }
  const flows = await loadFlowFile(given.flow, { env, tools })
  const [flow] = flows.byName.values()
  if (flow === undefined) throw mistake(`there is no flow in ${given.flow}`)
  const step = stepNamed(flow, given.step)
  const source = sourceNamed(flow, given.source)
  const fields = await readObject(given.lead, given.line)
  const appended = given.appended === undefined ? {} : await readObject(given.appended, 1)
  const trial = await tryStep(flow, step, { source, fields, appended }, now())
  const { request, response } = outside.seen()
  const onlyRequest = given.answer.type === 'none' && request !== null
  const [title, ...lines] = describeTrial({ flow, step, source, trial, decisions, request, response, onlyRequest })
  const hide = createRedactor([...flows.secrets, ...trial.hidden])
  return [title ?? '', ...lines.map(hide)]
}

interface Outside extends HttpCaller {
  seen(): { readonly request: HttpRequest | null; readonly response: HttpResponse | null }
}

const timings = { connectMs: null, firstByteMs: null, totalMs: 0 }

/** The other side of the call: a file, the real one, or nobody. The last request is the one that is shown. */
async function openOutside(answer: TryArguments['answer'], openHttp: () => HttpCaller): Promise<Outside> {
  let request: HttpRequest | null = null
  let response: HttpResponse | null = null
  const written = answer.type === 'file' ? readAnswerFile(await readText(answer.file)) : null
  const live = answer.type === 'live' ? openHttp() : null
  const fromFile: CallResult =
    written === null
      ? { type: 'unanswered', why: 'aborted', sent: false, message: 'nobody was asked', timings }
      : { type: 'answered', response: written, timings }
  return {
    call: async (asked, limits, signal) => {
      request = asked
      const result = live === null ? fromFile : await live.call(asked, limits, signal)
      response = result.type === 'answered' ? result.response : null
      return result
    },
    seen: () => ({ request, response }),
    [Symbol.asyncDispose]: async () => live?.[Symbol.asyncDispose](),
  }
}

function stepNamed(flow: Flow, name: string): Step {
  const step = flow.steps.find((one) => one.name === name)
  const names = flow.steps.map((one) => one.name)
  if (step === undefined) throw mistake(`the flow ${flow.name} has no step "${name}"${suggestion(name, names)}`)
  return step
}

function sourceNamed(flow: Flow, name: string | undefined): string {
  const names = [...flow.sources.keys()]
  const [first] = names
  if (name === undefined && first !== undefined) return first
  if (name !== undefined && flow.sources.has(name)) return name
  throw mistake(`the flow ${flow.name} has no source "${name}"${suggestion(name ?? '', names)}`)
}

async function readObject(file: string, line: number): Promise<JsonObject> {
  const text = await readText(file)
  const written = file.endsWith('.jsonl') ? (text.trim().split('\n')[line - 1] ?? '') : text
  const value = jsonIn(written, file)
  if (!isJsonObject(value)) throw mistake(`${file} is no JSON object`)
  return value
}

function jsonIn(text: string, file: string): Json {
  try {
    return parseJson(text)
  } catch (cause) {
    throw new LeadlineError('CONFIGURATION', `${file}: ${toLeadlineError(cause).message}`, { cause, fields: { file } })
  }
}

function readText(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw new LeadlineError('CONFIGURATION', `the file ${file} cannot be read`, { cause, fields: { file } })
  })
}

function mistake(message: string): LeadlineError {
  return new LeadlineError('CONFIGURATION', message)
}
