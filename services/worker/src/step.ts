import type { StepVerdict, StepView } from '@leadline/connectors'
import { idempotencyKey, isJsonObject, type JsonObject, LeadlineError, type StepError, toLeadlineError } from '@leadline/domain'
import type { Completion, ProcessContext, Processor } from '@leadline/engine'
import type { Codec, StepWork, Topics } from '@leadline/events'
import type { Flow, Flows, Step } from '@leadline/flows'
import { parseJson } from '@leadline/formats'
import type { LogRecord } from '@leadline/log'
import { type Attempt, concludeAttempt, type Draft, rawDeadLetter, toRecord } from '@leadline/walk'

export interface StepTools {
  readonly pool: string
  readonly flows: Flows
  readonly codec: Codec
  readonly topics: Topics
  readonly now: () => number
  /** Told of every decision that is on its way into the log. */
  readonly decided: (drafts: readonly Draft[]) => void
}

/** Makes the attempt that a work record asks for and decides what follows. One processor, and one consumer group, per pool. */
export function stepProcessor({ pool, flows, codec, topics, now, decided }: StepTools): Processor {
  function toCompletion(drafts: readonly Draft[]): Completion {
    decided(drafts)
    return { records: drafts.map((draft) => toRecord(draft, { codec, topics })) }
  }

  function poisoned(record: LogRecord, error: LeadlineError): Completion {
    const work = decodedWork(codec, record)
    const found = work === undefined ? undefined : findStep(flows, work)
    if (work === undefined || found === undefined) {
      return toCompletion([{ type: 'dead-letter', event: rawDeadLetter(record, 'undecodable', error, now()) }])
    }
    const verdict = errorVerdict(error, 'engine', false)
    return toCompletion(
      concludeAttempt(attemptOf({ ...found, work, record, verdict, startedAt: now(), now: now(), random: 0.5 })),
    )
  }

  return {
    name: `step.${pool}`,
    topics: [topics.steps(pool)],
    process: async (record, context) => {
      const work = await codec.decode('step-work', record.value ?? Buffer.alloc(0))
      const found = findStep(flows, work)
      if (found === undefined) throw new LeadlineError('STEP_UNKNOWN', `no step ${work.flow}/${work.step} is installed`)
      const startedAt = now()
      const verdict = await attempt(found, work, context)
      return toCompletion(
        concludeAttempt(attemptOf({ ...found, work, record, verdict, startedAt, now: now(), random: context.random() })),
      )
    },
    poisoned,
  }
}

interface Found {
  readonly flow: Flow
  readonly step: Step
}

function findStep(flows: Flows, work: StepWork): Found | undefined {
  const flow = flows.byName.get(work.flow)
  const step = flow?.steps.find(({ name }) => name === work.step)
  return flow === undefined || step === undefined ? undefined : { flow, step }
}

/** Undefined also when the schema would have to be fetched first: whoever asks cannot wait. */
function decodedWork(codec: Codec, record: LogRecord): StepWork | undefined {
  try {
    const work = codec.decode('step-work', record.value ?? Buffer.alloc(0))
    return work instanceof Promise ? undefined : work
  } catch {
    return undefined
  }
}

async function attempt({ flow, step }: Found, work: StepWork, context: ProcessContext): Promise<StepVerdict> {
  try {
    return await step.action.run({
      view: viewOf(flow, work),
      idempotencyKey: keyOf(work),
      traceparent: work.traceparent,
      attempt: work.attempt,
      now: context.now,
      signal: context.signal,
    })
  } catch (thrown) {
    // An action must not throw; when one does it is our error, and trying again may help.
    return errorVerdict(toLeadlineError(thrown), 'unexpected', true)
  }
}

function viewOf(flow: Flow, work: StepWork): StepView {
  return {
    lead: { ...objectOf(work.lead), id: work.leadId },
    appended: objectOf(work.appended),
    source: { name: work.source, title: flow.sources.get(work.source)?.title ?? work.source },
    flow: { name: flow.name, title: flow.title, version: flow.version },
  }
}

function keyOf(work: StepWork): string {
  return idempotencyKey(work.flow, work.step, work.leadId, work.keyGeneration)
}

function objectOf(text: string): JsonObject {
  const value = parseJson(text)
  return isJsonObject(value) ? value : {}
}

interface Made extends Found {
  readonly work: StepWork
  readonly record: LogRecord
  readonly verdict: StepVerdict
  readonly startedAt: number
  readonly now: number
  readonly random: number
}

function attemptOf({ flow, step, work, record, verdict, startedAt, now, random }: Made): Attempt {
  const { topic, partition, offset } = record
  return {
    flow,
    step,
    work,
    origin: { topic, partition, offset },
    verdict,
    appended: objectOf(work.appended),
    idempotencyKey: verdict.destination === null ? null : keyOf(work),
    startedAt,
    endedAt: now,
    random,
  }
}

function errorVerdict(error: LeadlineError, rule: string, retryable: boolean): StepVerdict {
  const stepError: StepError = { code: error.code, class: error.class, retryable, reason: error.message, retryAfterMs: null }
  return { conclusion: { type: 'error', error: stepError }, rule, destination: null, exchange: null }
}
