import { type Json, type JsonObject, LeadlineError } from '@leadline/domain'
import { type JsonLimits, parseFields, parseQuery } from '@leadline/formats'
import { renameConsentFields } from './consent-fields.ts'
import { mergeFields } from './merge-fields.ts'

/** A submission as it came over HTTP, its control parameters taken out of the lead's fields. */
export interface ReadSubmission {
  readonly fields: JsonObject
  readonly isPing: boolean
  /** Where a web form wants its visitor to go next. */
  readonly redirectUrl: string | null
}

/** The query of a request: what steers the request, and fields of the lead. */
export interface ReadQuery {
  readonly apiKey: string | null
  readonly isPing: Json | undefined
  readonly redirectUrl: Json | undefined
  /** Milliseconds to wait for the outcome; 0 when the caller does not wait. */
  readonly waitMs: number
  readonly fields: JsonObject
}

export interface SubmittedBody {
  readonly contentType: string | undefined
  /** Null when there is none: then the query is all. */
  readonly bytes: Buffer | null
}

const longestWaitSeconds = 60
const longestUrl = 2_048
const yes = new Set(['true', '1', 't', 'y', 'yes'])
const no = new Set(['', 'false', '0', 'f', 'n', 'no'])

/** The methods by which leads are submitted, as an `Allow` header has them. */
export const submissionMethods = ['GET', 'POST'] as const

/** Throws BODY_TOO_LARGE for a length announced beyond the limit. Without a number it counts as nothing. */
export function announcedBytes(contentLength: string | undefined, most: number): number {
  const length = Number(contentLength ?? 0)
  if (length > most) throw new LeadlineError('BODY_TOO_LARGE', `longer than ${most} bytes`, { fields: { limit: most } })
  return length
}

/** Throws INVALID_VALUE for a `wait` that is no number of seconds over 0 and up to 60, and like `parseQuery`. */
export function readSubmissionQuery(search: string, limits: JsonLimits): ReadQuery {
  const { api_key: apiKey, is_ping: isPing, redir_url: redirectUrl, wait, ...fields } = parseQuery(search, limits)
  return { apiKey: typeof apiKey === 'string' ? apiKey : null, isPing, redirectUrl, waitMs: waitMsOf(wait), fields }
}

/**
 * Body and query merged, the query winning, consent fields under their standard names. A body may be absent when the query has the fields.
 * Throws the BODY_ codes, and INVALID_VALUE for a control parameter that cannot be understood.
 */
export function readSubmission(query: ReadQuery, body: SubmittedBody, limits: JsonLimits): ReadSubmission {
  const submitted = body.bytes === null ? {} : parseFields(body.contentType, body.bytes, limits)
  const { api_key: _, is_ping: pingField, redir_url: redirectField, ...lead } = submitted
  const redirectUrl = redirectUrlOf(query.redirectUrl ?? redirectField)
  const isPing = isYes('is_ping', query.isPing ?? pingField)
  const fields = renameConsentFields(mergeFields(lead, query.fields), isPing ? 'ping' : 'lead')
  if (body.bytes === null && Object.keys(fields).length === 0)
    throw new LeadlineError('BODY_UNPARSABLE', 'neither the body nor the query has a field')
  return { fields, isPing, redirectUrl }
}

/** The first of several; anything but an absolute http or https URL without credentials is refused. */
function redirectUrlOf(given: Json | undefined): string | null {
  const [first] = [given ?? []].flat()
  if (first === undefined || first === '') return null
  const url = typeof first === 'string' && first.length <= longestUrl ? URL.parse(first.trim()) : null
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '')
    throw invalid('redir_url', 'must be an http or https URL')
  return url.href
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
