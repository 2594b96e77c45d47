import { type LeadId, parseLeadId } from '@leadline/domain'
import type { LeadQuery, Page } from '@leadline/store'
import { z } from 'zod'
import { invalidField } from './invalid-field.ts'

const smallestPage = 1
const largestPage = 500
const usualPage = 50

/** ISO 8601 or milliseconds since 1970. */
export const time = z.union([z.number(), z.string()], { error: 'must be a time' }).transform((given, context) => {
  const ms = typeof given === 'string' && !/^\d{1,15}$/.test(given) ? parseIso(given) : Number(given)
  if (Number.isSafeInteger(ms) && ms >= 0) return ms
  context.addIssue('must be a time: ISO 8601 (2026-01-31T08:00:00Z) or milliseconds since 1970')
  return z.NEVER
})

const text = z.string({ error: 'must be given once, as text' }).min(1, { error: 'must not be empty' })
const oneOf = <const Members extends readonly string[]>(members: Members) =>
  z.enum(members, { error: `must be one of ${members.join(', ')}` })
const outcome = oneOf(['success', 'failure', 'error'])

/** What the API calls the fields of a LeadQuery. */
export const filterFields = {
  flow: text.exactOptional(),
  source: text.exactOptional(),
  step: text.exactOptional(),
  stepOutcome: outcome.exactOptional(),
  outcome: outcome.exactOptional(),
  reason: text.exactOptional(),
  class: text.exactOptional(),
  destination: text.exactOptional(),
  fingerprint: text.exactOptional(),
  flowVersion: text.exactOptional(),
  since: time.exactOptional(),
  until: time.exactOptional(),
}

const filter = z.strictObject({ ...filterFields, status: oneOf(['queued', 'running', 'retrying', 'completed']).exactOptional() })

const limit = z
  .string()
  .regex(/^\d{1,3}$/, { error: `must be a number from ${smallestPage} to ${largestPage}` })
  .transform(Number)
  .refine((count) => count >= smallestPage && count <= largestPage, { error: `must be from ${smallestPage} to ${largestPage}` })

const search = filter.extend({ limit: limit.exactOptional(), cursor: text.exactOptional() })

/** Throws INVALID_VALUE naming the parameter. */
export function parseSearch(parameters: unknown): { readonly query: LeadQuery; readonly page: Page } {
  const { success, data, error } = search.safeParse(parameters)
  if (!success) throw invalidField(error)
  const { limit: count = usualPage, cursor = null, ...fields } = data
  return { query: toQuery(fields), page: { limit: count, cursor, order: 'newest-first' } }
}

/** Throws INVALID_VALUE naming the parameter. */
export function parseCount(parameters: unknown): LeadQuery {
  const { success, data, error } = filter.safeParse(parameters)
  if (!success) throw invalidField(error)
  return toQuery(data)
}

/** `class` is a word of the API; inside it is told apart from other classes. */
export function toQuery<Fields extends { readonly class?: string }>({ class: errorClass, ...fields }: Fields) {
  return { ...fields, ...(errorClass !== undefined && { errorClass }) }
}

/** Throws INVALID_VALUE. UUIDs may be written in capitals. */
export function parseLeadIdParameter(given: string): LeadId {
  return parseLeadId(given.toLowerCase())
}

function parseIso(given: string): number {
  return /^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:?\d{2})?)?$/.test(given) ? Date.parse(given) : Number.NaN
}
