import { LeadlineError, parseLeadId } from '@leadline/domain'
import type { JsonText } from '@leadline/events'
import type { LeadQuery } from '@leadline/store'
import { z } from 'zod'

/** Which leads a replay order means, fixed when it was ordered: what comes later is not in it. */
export type ReplaySelection = LeadsSelection | RecordsSelection

export interface LeadsSelection {
  readonly type: 'leads'
  readonly query: LeadQuery
}

/** Leads named by the records of one topic. */
export interface RecordsSelection {
  readonly type: 'records'
  readonly topic: string
  readonly ranges: readonly OffsetRange[]
  /** Only records appended at or after, and before; milliseconds since 1970. */
  readonly since: number | null
  readonly until: number | null
}

/** Offsets `from` up to, excluding, `to`. */
export interface OffsetRange {
  readonly partition: number
  readonly from: number
  readonly to: number
}

const whole = z.int().nonnegative()
const outcome = z.enum(['success', 'failure', 'error'])

const query = z.strictObject({
  leadIds: z.array(z.string().transform(parseLeadId)).exactOptional(),
  flow: z.string().exactOptional(),
  source: z.string().exactOptional(),
  status: z.enum(['queued', 'running', 'retrying', 'completed']).exactOptional(),
  outcome: outcome.exactOptional(),
  reason: z.string().exactOptional(),
  step: z.string().exactOptional(),
  stepOutcome: outcome.exactOptional(),
  errorClass: z.string().exactOptional(),
  destination: z.string().exactOptional(),
  fingerprint: z.string().exactOptional(),
  flowVersion: z.string().exactOptional(),
  since: whole.exactOptional(),
  until: whole.exactOptional(),
})

const selection = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('leads'), query }),
  z.strictObject({
    type: z.literal('records'),
    topic: z.string(),
    ranges: z.array(z.strictObject({ partition: whole, from: whole, to: whole })),
    since: whole.nullable(),
    until: whole.nullable(),
  }),
])

export function formatSelection(selected: ReplaySelection): JsonText {
  return JSON.stringify(selected)
}

/** Throws RECORD_INVALID. */
export function parseSelection(json: JsonText): ReplaySelection {
  try {
    return selection.parse(JSON.parse(json))
  } catch (error) {
    throw new LeadlineError('RECORD_INVALID', 'replay order: its selection cannot be read', { cause: error })
  }
}
