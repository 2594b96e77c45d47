import { type Json, type JsonObject, LeadlineError } from '@leadline/domain'
import { type JsonLimits, parseFields, parseQuery } from '@leadline/formats'

/** A submission as it came over HTTP, its control parameters taken out of the lead's fields. */
export interface ParsedSubmission {
  readonly fields: JsonObject
  readonly isPing: boolean
}

/** The query of a request: what steers the request, and fields of the lead. */
export interface ParsedQuery {
  readonly apiKey: string | null
  readonly isPing: Json | undefined
  /** Milliseconds to wait for the outcome; 0 when the caller does not wait. */
  readonly waitMs: number
  readonly fields: JsonObject
}

const longestWaitSeconds = 60
const yes = new Set(['true', '1', 't', 'y', 'yes'])
const no = new Set(['', 'false', '0', 'f', 'n', 'no'])

/** Throws INVALID_VALUE for a `wait` that is no number of seconds over 0 and up to 60, and like `parseQuery`. */
export function parseSubmissionQuery(search: string, limits: JsonLimits): ParsedQuery {
  const { api_key: apiKey, is_ping: isPing, wait, ...fields } = parseQuery(search, limits)
  return { apiKey: typeof apiKey === 'string' ? apiKey : null, isPing, waitMs: waitMsOf(wait), fields }
}

/** Body and query merged, the query winning. A body may be absent when the query has the fields. Throws the BODY_ codes and INVALID_VALUE. */
export function parseSubmission(
  query: ParsedQuery,
  contentType: string | undefined,
  body: Buffer | null,
  limits: JsonLimits,
): ParsedSubmission {
  const { api_key: _, is_ping: pingField, ...submitted } = body === null ? {} : parseFields(contentType, body, limits)
  const fields = { ...submitted, ...query.fields }
  if (body === null && Object.keys(fields).length === 0)
    throw new LeadlineError('BODY_UNPARSABLE', 'neither the body nor the query has a field')
  return { fields, isPing: isYes('is_ping', query.isPing ?? pingField) }
}

/** The `Idempotency-Key` header; throws INVALID_VALUE unless it is 1 to 255 visible ASCII characters. */
export function parseIdempotencyKey(header: string | readonly string[] | undefined): string | null {
  if (header === undefined) return null
  if (typeof header === 'string' && /^[\x21-\x7e]{1,255}$/.test(header)) return header
  throw invalid('Idempotency-Key', 'must be 1 to 255 visible ASCII characters')
}

function waitMsOf(wait: Json | undefined): number {
  if (wait === undefined) return 0
  const seconds = typeof wait === 'string' && /^\d{1,2}(\.\d{1,3})?$/.test(wait) ? Number(wait) : Number.NaN
  if (seconds > 0 && seconds <= longestWaitSeconds) return seconds * 1_000
  throw invalid('wait', `must be a number of seconds over 0 and up to ${longestWaitSeconds}`)
}

// A word that is neither yes nor no is refused: to guess could store a ping, or lose a lead.
function isYes(name: string, value: Json | undefined): boolean {
  const word = String(value ?? '')
    .trim()
    .toLowerCase()
  if (yes.has(word)) return true
  if (no.has(word)) return false
  throw invalid(name, 'must be true or false')
}

function invalid(field: string, what: string): LeadlineError {
  return new LeadlineError('INVALID_VALUE', `${field} ${what}`, { fields: { field } })
}
