import { isJsonObject, type Json, type JsonObject, LeadlineError } from '@leadline/domain'
import { defaultLimits } from '@leadline/formats'
import { announcedBytes, negotiate, readSubmission, readSubmissionQuery, submissionMethods } from '@leadline/intake'
import { problemOf, refusalOfMethod } from '@leadline/service'
import { textIn } from '../given.ts'
import type { Op } from '../op.ts'

/** A submission as the gateway reads it: the lead's fields, or how it is refused. */
export const inbound: Op = (given) => {
  const method = textIn(given, 'method').toUpperCase()
  if (!submissionMethods.some((allowed) => allowed === method)) {
    const { allow, error } = refusalOfMethod(method, submissionMethods)
    return { ...refused(error), allow }
  }
  try {
    return leadIn(given)
  } catch (thrown) {
    if (!(thrown instanceof LeadlineError)) throw thrown
    return refused(thrown)
  }
}

function refused(error: LeadlineError): JsonObject {
  return { http_status: problemOf(error)['status'] ?? null, message: error.message }
}

function leadIn(given: JsonObject): JsonObject {
  const headers = headersIn(given['headers'])
  if (negotiate(headers['accept']) === null) throw new LeadlineError('ANSWER_NOT_ACCEPTABLE', 'no acceptable answer')
  announcedBytes(headers['content-length'], defaultLimits.bytes)
  const [path = '', search = ''] = textIn(given, 'uri').split('?', 2)
  const query = readSubmissionQuery(search, defaultLimits)
  const { body, method } = given
  const hasBody = typeof body === 'string' && body !== '' && String(method).toUpperCase() === 'POST'
  const bytes = hasBody ? Buffer.from(body) : null
  const ping = path.endsWith('/ping') ? { isPing: 'yes' } : {}
  const submission = readSubmission({ ...query, ...ping }, { contentType: headers['content-type'], bytes }, defaultLimits)
  // A case counts what steers the request among the fields.
  const { fields, redirectUrl, isPing } = submission
  return { lead: { ...fields, ...(redirectUrl !== null && { redir_url: redirectUrl }) }, is_ping: isPing }
}

function headersIn(headers: Json | undefined): Readonly<Record<string, string>> {
  const named = isJsonObject(headers) ? Object.entries(headers) : []
  return Object.fromEntries(named.map(([name, value]) => [name.toLowerCase(), String(value)]))
}
