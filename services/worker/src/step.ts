import type { StepVerdict, StepView } from '@leadline/connectors'
import type { CallEnd, Destinations } from '@leadline/destinations'
import { idempotencyKey, type JsonObject, LeadlineError, type StepError, toLeadlineError } from '@leadline/domain'
import type { Completion, ProcessContext, Processor, StateChange } from '@leadline/engine'
import type { Codec, StepWork, Topics } from '@leadline/events'
import type { Flows } from '@leadline/flows'
import { sensitiveTexts } from '@leadline/language'
import type { LogRecord } from '@leadline/log'
import {
  type Attempt,
  concludeAttempt,
  type Draft,
  fieldsOf,
  fitsTopic,
  rawDeadLetter,
  skipStep,
  stepView,
  toRecord,
} from '@leadline/walk'
import { type Found, findStep, stepLookup } from './find-step.ts'
import { joined, type Line, left, lookAgainAt, mustFollow, readLine } from './line.ts'
import { createParkWork } from './park-work.ts'
import { placeKeeping } from './place-keeping.ts'
import { stepGate } from './step-gate.ts'

export interface StepTools {
  readonly pool: string
  readonly flows: Flows
  readonly codec: Codec
  readonly topics: Topics
  readonly now: () => number
  readonly destinations: Destinations
  /** Told of every decision that is on its way into the log. */
  readonly decided: (drafts: readonly Draft[]) => void
}

/** Makes the attempt that a work record asks for and decides what follows. One processor, and one consumer group, per pool. */
export function stepProcessor({ pool, flows, codec, topics, now, destinations, decided }: StepTools): Processor {
  const steps = stepLookup(flows)
  const keepPlaces = placeKeeping(flows)

  function toCompletion(drafts: readonly Draft[]): Completion {
    decided(drafts)
    return { records: keepPlaces(drafts).map((draft) => toRecord(draft, { codec, topics })) }
  }

  const parkWork = createParkWork({ topics, now, toCompletion, decode: (record) => codec.decode('step-work', bytesOf(record)) })
  // Only those who keep leads in line pay for restoring who is in it.
  const someFollow = [...flows.byName.values()].some((flow) =>
    flow.steps.some((step) => step.pool === pool && step.order === 'follow'),
  )

  function poisoned(record: LogRecord, error: LeadlineError, context: ProcessContext): Completion {
    const work = decodedWork(codec, record)
    const found = work === undefined ? undefined : findStep(steps, work.flow, work.step)
    const alone: Draft = { type: 'dead-letter', event: rawDeadLetter(record, 'undecodable', error, now()) }
    if (work === undefined || found === undefined) return toCompletion([alone])
    const drafts = concludedBy(error, { ...found, work, record }) ?? [alone]
    // It may have been the first of a line: the others must not wait for it for ever.
    const line = readLine(found.step, work, context)
    return { ...toCompletion(drafts), state: line === undefined ? [] : left(line, work.leadId, now()) }
  }

  /** Undefined when the lead cannot be read, or what tells of it is too large for the log. */
  function concludedBy(error: LeadlineError, { record, ...of }: Found & { work: StepWork; record: LogRecord }) {
    try {
      const verdict = errorVerdict(error, 'engine', false)
      const question = asked(of, of.work)
      // What no call could be made of is nothing that concludes.
      viewOf(question, now())
      const made = { ...question, record, verdict, closedUntil: null, startedAt: now(), now: now(), random: 0.5 }
      const drafts = concludeAttempt(attemptOf(made))
      const fit = keepPlaces(drafts).every((draft) => fitsTopic(toRecord(draft, { codec, topics })))
      return fit ? drafts : undefined
    } catch {
      return undefined
    }
  }

  return {
    name: `step.${pool}`,
    topics: [topics.steps(pool)],
    process: async (record, context) => {
      const decoded = codec.decode('step-work', bytesOf(record))
      const work = decoded instanceof Promise ? await decoded : decoded
      const found = findStep(steps, work.flow, work.step)
      if (found === undefined) throw new LeadlineError('STEP_UNKNOWN', `no step ${work.flow}/${work.step} is installed`)
      const line = readLine(found.step, work, context)
      if (line !== undefined && mustFollow(line, work.leadId)) {
        return parkWork(record, found, { dueAt: lookAgainAt(line, now()), why: 'follows' }, context)
      }
      const startedAt = now()
      const question = asked(found, work)
      const view = viewOf(question, startedAt)
      const skipped = found.step.when?.(view)
      if (skipped?.type === 'fail') {
        const drafts = skipStep(found.flow, found.step, work, { reason: skipped.reason, now: startedAt })
        return { ...toCompletion(drafts), state: line === undefined ? [] : left(line, work.leadId, now()) }
      }
      let verdict: StepVerdict
      try {
        verdict = await attempt(question, view, context)
      } catch (thrown) {
        // An action must not throw; when one does it is our error, and trying again may help.
        verdict = errorVerdict(toLeadlineError(thrown), 'unexpected', true)
      }
      const call = { lead: work.leadId, tookMs: now() - startedAt }
      const closedUntil = tellEnd(destinations, found.step.action.destination, endOf(verdict, call, context))
      const made = { ...question, record, verdict, closedUntil, startedAt, now: now(), random: context.random() }
      const drafts = concludeAttempt(attemptOf(made))
      return { ...toCompletion(drafts), state: line === undefined ? [] : lineAfter(line, work, drafts, now()) }
    },
    poisoned,
    gate: stepGate({ steps, destinations, parkWork }),
    ...(someFollow && { stateTopic: topics.state(`steps.${pool}`) }),
  }
}

/** A lead that waits for a retry keeps its place in the line; one that is through leaves it. */
function lineAfter(line: Line, { leadId }: StepWork, drafts: readonly Draft[], now: number): StateChange[] {
  const retry = drafts.find((draft) => draft.type === 'retry')
  return retry === undefined ? left(line, leadId, now) : [joined(line, leadId, retry.dueAt, now)]
}

/** Undefined also when the schema would have to be fetched first: whoever asks cannot wait. */
function decodedWork(codec: Codec, record: LogRecord): StepWork | undefined {
  try {
    const work = codec.decode('step-work', bytesOf(record))
    return work instanceof Promise ? undefined : work
  } catch {
    return undefined
  }
}

/** Work with what is made of it once and needed before and after the call; what only its request is made of is not kept meanwhile. */
interface Asked extends Found {
  readonly work: StepWork
  readonly appended: JsonObject
  readonly key: string
}

function asked({ flow, step }: Found, work: StepWork): Asked {
  const key = idempotencyKey(work.flow, work.step, work.leadId, work.keyGeneration)
  return { flow, step, work, appended: work.appended === '{}' ? {} : fieldsOf(work.appended), key }
}

/** Throws when the lead cannot be read. */
function viewOf({ flow, work, appended, key }: Asked, now: number): StepView {
  return stepView(flow, work, { fields: fieldsOf(work.lead), appended, key, now })
}

const nothing: readonly string[] = []

function attempt({ flow, step, work, key }: Asked, view: StepView, context: ProcessContext): Promise<StepVerdict> {
  return step.action.run({
    view,
    hidden: () => (flow.fields.mayHide(work.lead) ? sensitiveTexts(fieldsOf(work.lead), flow.fields) : nothing),
    idempotencyKey: key,
    traceparent: work.traceparent,
    attempt: work.attempt,
    now: context.now,
    signal: context.signal,
  })
}

interface Made extends Asked {
  readonly record: LogRecord
  readonly verdict: StepVerdict
  readonly closedUntil: number | null
  readonly startedAt: number
  readonly now: number
  readonly random: number
}

function attemptOf({ flow, step, work, appended, key, record, verdict, closedUntil, startedAt, now, random }: Made): Attempt {
  const { topic, partition, offset } = record
  return {
    flow,
    step,
    work,
    origin: { topic, partition, offset },
    verdict,
    appended,
    idempotencyKey: verdict.destination === null ? null : key,
    closedUntil,
    startedAt,
    endedAt: now,
    random,
  }
}

function errorVerdict(error: LeadlineError, rule: string, retryable: boolean): StepVerdict {
  const stepError: StepError = { code: error.code, class: error.class, retryable, reason: error.message, retryAfterMs: null }
  return { conclusion: { type: 'error', error: stepError }, rule, destination: null, exchange: null }
}

/** Tells the destination how the call ended, and answers until when it is closed now. */
function tellEnd(destinations: Destinations, name: string | null, end: CallEnd): number | null {
  if (name === null) return null
  destinations.ended(name, end)
  return destinations.closedUntil(name)
}

function bytesOf(record: LogRecord): Buffer {
  return record.value ?? Buffer.alloc(0)
}

/** A call that this process gave up, or an error of our own making, says nothing about the destination. */
function endOf(
  { conclusion }: StepVerdict,
  { lead, tookMs }: { readonly lead: string; readonly tookMs: number },
  { signal }: ProcessContext,
): CallEnd {
  if (signal.aborted) return { type: 'abandoned' }
  if (conclusion.type !== 'error') return { type: 'answered', tookMs }
  const { class: errorClass, retryAfterMs } = conclusion.error
  return errorClass === 'configuration' ? { type: 'abandoned' } : { type: 'error', lead, class: errorClass, retryAfterMs }
}
