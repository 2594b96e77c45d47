import { LeadlineError, parseLeadId } from '@leadline/domain'
import type { LeadQuery } from '@leadline/store'
import { z } from 'zod'
import { invalid, invalidField } from './invalid-field.ts'
import { filterFields, time, toQuery } from './lead-parameters.ts'

/** What an operator asks for, checked. */
export interface ReplayRequest {
  readonly wanted: { readonly type: 'leads'; readonly query: LeadQuery } | ({ readonly type: 'records' } & TopicRange)
  readonly fromStep: string | null
  readonly succeededSteps: 'skip' | 'run'
  readonly idempotencyKeys: 'same' | 'new'
  readonly leadsPerSecond: number
  readonly dryRun: boolean
  readonly orderedBy: string
}

/** Records of a topic; offsets hold for each partition, or for the one that is named. */
export interface TopicRange {
  readonly name: string
  readonly partition?: number
  readonly fromOffset?: number
  readonly toOffset?: number
  readonly since?: number
  readonly until?: number
}

const usualLeadsPerSecond = 50
const mostLeadsPerSecond = 10_000
const mostLeadIds = 10_000

const whole = z.int({ error: 'must be a whole number, 0 or more' }).nonnegative({ error: 'must be a whole number, 0 or more' })
const leadId = z
  .string()
  .transform((given) => given.toLowerCase())
  .refine(isLeadId, { error: 'must be a lead id' })
  .transform(parseLeadId)

const filter = z.strictObject({ ...filterFields, leadIds: z.array(leadId).max(mostLeadIds).exactOptional() })

const topic = z.strictObject({
  name: z.string(),
  partition: whole.exactOptional(),
  fromOffset: whole.exactOptional(),
  toOffset: whole.exactOptional(),
  since: time.exactOptional(),
  until: time.exactOptional(),
})

const body = z.strictObject({
  filter: filter.exactOptional(),
  topic: topic.exactOptional(),
  fromStep: z.string().min(1).nullable().default(null),
  succeededSteps: z.enum(['skip', 'run'], { error: 'must be skip or run' }).default('skip'),
  idempotencyKeys: z.enum(['same', 'new'], { error: 'must be same or new' }).default('same'),
  leadsPerSecond: z
    .number()
    .positive({ error: `must be more than 0, at most ${mostLeadsPerSecond}` })
    .max(mostLeadsPerSecond, { error: `must be more than 0, at most ${mostLeadsPerSecond}` })
    .default(usualLeadsPerSecond),
  dryRun: z.boolean().default(false),
  orderedBy: z.string().max(200).default('api'),
})

/** Throws INVALID_VALUE naming the field, REPLAY_FILTER_EMPTY when nothing narrows the selection. */
export function parseReplayRequest(json: unknown): ReplayRequest {
  const { success, data, error } = body.safeParse(json ?? {})
  if (!success) throw invalidField(error)
  const { filter, topic, ...terms } = data
  if (filter !== undefined && topic !== undefined) throw invalid('topic', 'cannot be combined with filter')
  if (topic !== undefined)
    return { ...terms, wanted: { type: 'records', ...narrowed(topic, ({ name: _name, ...range }) => range) } }
  return { ...terms, wanted: { type: 'leads', query: toQuery(narrowed(filter ?? {}, (fields) => fields)) } }
}

// An operator who forgets the filter must not run every lead again.
function narrowed<Fields extends object>(fields: Fields, narrowing: (fields: Fields) => object): Fields {
  const narrows = Object.values(narrowing(fields)).some((value) => !Array.isArray(value) || value.length > 0)
  if (narrows) return fields
  throw new LeadlineError('REPLAY_FILTER_EMPTY', 'a replay needs a filter, or a range of a topic')
}

function isLeadId(given: string): boolean {
  return z.uuid().safeParse(given).success
}
