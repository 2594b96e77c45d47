import { LeadlineError } from '@leadline/domain'
import type { ProcessContext, Processor, StateChange } from '@leadline/engine'
import { type Codec, headers, type Topics } from '@leadline/events'
import type { Flows } from '@leadline/flows'
import type { LogRecord } from '@leadline/log'
import { type Draft, rawDeadLetter, toRecord } from '@leadline/walk'
import { askCap } from './ask-cap.ts'
import { giveBackPlace, readCounter } from './cap-counter.ts'
import { findStep, stepLookup } from './find-step.ts'

export interface CapsTools {
  readonly flows: Flows
  readonly codec: Codec
  readonly topics: Topics
  readonly now: () => number
  /** Told of every decision that is on its way into the log. */
  readonly decided: (drafts: readonly Draft[]) => void
}

/**
 * Counts leads under caps. Its topic is keyed by counter (a cap's scope and period), so that one lane sees all who ask for places under it,
 * one after the other: what it remembers is exact across workers, rebalances and restarts.
 */
export function capsProcessor({ flows, codec, topics, now, decided }: CapsTools): Processor {
  const steps = stepLookup(flows)

  function toRecords(drafts: readonly Draft[]) {
    decided(drafts)
    return drafts.map((draft) => toRecord(draft, { codec, topics }))
  }

  return {
    name: 'caps',
    topics: [topics.caps],
    stateTopic: topics.state('caps'),
    process: async (record, context) => {
      if (record.value === null) return { records: [], state: givenBack(record, context) }
      const work = await codec.decode('step-work', record.value)
      const found = findStep(steps, work.flow, work.step)
      if (found === undefined) throw new LeadlineError('STEP_UNKNOWN', `no step ${work.flow}/${work.step} is installed`)
      const { drafts, state } = askCap({ ...found, work, counter: counterOf(record), record, now: now() }, context.state)
      return { records: toRecords(drafts), state }
    },
    poisoned: (record, error) => ({
      records: toRecords([{ type: 'dead-letter', event: rawDeadLetter(record, 'undecodable', error, now()) }]),
    }),
  }
}

function givenBack(record: LogRecord, { state }: ProcessContext): readonly StateChange[] {
  const leadId = record.headers[headers.leadId]?.toString() ?? ''
  const generation = Number(record.headers[headers.generation]?.toString())
  return giveBackPlace(readCounter(state, counterOf(record), leadId, record.timestamp), generation)
}

function counterOf(record: LogRecord): string {
  return record.key?.toString() ?? ''
}
