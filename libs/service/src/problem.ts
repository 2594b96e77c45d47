import { type ErrorCode, LeadlineError, toLeadlineError } from '@leadline/domain'

interface Answer {
  readonly status: number
  readonly title: string
}

/** How each error code is answered over HTTP. What only happens behind the API has 500. */
export const problemAnswers = {
  INVALID_VALUE: { status: 400, title: 'A value is not valid' },
  DESTINATION_CONNECTION: { status: 500, title: 'No connection to the destination' },
  DESTINATION_TIMEOUT: { status: 500, title: 'The destination took too long' },
  DESTINATION_UNKNOWN: { status: 500, title: 'The destination may have received the call' },
  DESTINATION_UNAVAILABLE: { status: 500, title: 'The destination is unavailable' },
  DESTINATION_THROTTLED: { status: 500, title: 'The destination asks for fewer calls' },
  DESTINATION_AUTHENTICATION: { status: 500, title: 'The destination refused our credentials' },
  DESTINATION_REFUSED_DATA: { status: 500, title: 'The destination refused the data' },
  DESTINATION_CONTRACT: { status: 500, title: 'The destination broke its contract' },
  DESTINATION_TOO_LARGE: { status: 500, title: 'The answer of the destination is too large' },
  DESTINATION_BLOCKED: { status: 500, title: 'The address of the destination is not allowed' },
  UNEXPECTED: { status: 500, title: 'Unexpected error' },
  CONFIGURATION: { status: 500, title: 'The configuration is wrong' },
  FLOW_UNKNOWN: { status: 500, title: 'A record names a flow that is not loaded' },
  STEP_UNKNOWN: { status: 500, title: 'A record names a step that its flow lacks' },
  RECORD_UNDECODABLE: { status: 500, title: 'A record cannot be read' },
  RECORD_INVALID: { status: 500, title: 'A record breaks its contract' },
  RECORD_TOO_LARGE: { status: 413, title: 'The record is larger than the log takes' },
  RECORD_POISONOUS: { status: 500, title: 'A record cannot be processed' },
  LOG_UNAVAILABLE: { status: 503, title: 'The log is unavailable' },
  LOG_REFUSED: { status: 503, title: 'The log refuses this service' },
  LOG_MISMATCH: { status: 500, title: 'The log is set up differently' },
  LOG_FOREIGN_METADATA: { status: 500, title: 'The position in the log is not ours' },
  STORE_UNAVAILABLE: { status: 503, title: 'The event store is unavailable' },
  FLOW_NOT_FOUND: { status: 404, title: 'Unknown flow' },
  SOURCE_NOT_FOUND: { status: 404, title: 'Unknown source' },
  LEAD_NOT_FOUND: { status: 404, title: 'Unknown lead' },
  REPLAY_NOT_FOUND: { status: 404, title: 'Unknown replay' },
  ROUTE_NOT_FOUND: { status: 404, title: 'Nothing is here' },
  METHOD_NOT_ALLOWED: { status: 405, title: 'Method not allowed' },
  CREDENTIALS_REFUSED: { status: 401, title: 'Credentials refused' },
  BODY_UNPARSABLE: { status: 400, title: 'The body cannot be read' },
  BODY_TOO_LARGE: { status: 413, title: 'The body is too large' },
  BODY_TOO_COMPLEX: { status: 400, title: 'The body has too much structure' },
  BODY_UNSUPPORTED_TYPE: { status: 415, title: 'The media type is not supported' },
  ANSWER_NOT_ACCEPTABLE: { status: 406, title: 'No acceptable media type' },
  IDEMPOTENCY_KEY_REUSED: { status: 422, title: 'The idempotency key was used for another body' },
  OVERLOADED: { status: 503, title: 'Too many leads at once' },
  REPLAY_FILTER_EMPTY: { status: 400, title: 'A replay needs a filter' },
} as const satisfies Record<ErrorCode, Answer>

/** An RFC 9457 problem document; `type` points at the code's paragraph in docs/errors.md. */
export type Problem = Readonly<Record<string, string | number | boolean | null>>

/** The answer to an error. What is not for callers (status 500) keeps its words to itself. */
export function problemOf(error: LeadlineError): Problem {
  const { status, title } = problemAnswers[error.code]
  const base = { type: `/docs/errors.md#${error.code.toLowerCase()}`, title, status, code: error.code }
  return status === 500 ? base : { ...error.fields, ...base, detail: error.message }
}

/** Whatever a handler or the framework threw, as one of our errors. */
export function requestError(thrown: unknown): LeadlineError {
  if (thrown instanceof LeadlineError) return thrown
  const framework = parseFrameworkError(thrown)
  if (!framework) return toLeadlineError(thrown)
  return new LeadlineError(frameworkCode(framework.status), framework.message, { cause: thrown })
}

function frameworkCode(status: number): ErrorCode {
  if (status === 413) return 'BODY_TOO_LARGE'
  if (status === 415) return 'BODY_UNSUPPORTED_TYPE'
  return 'BODY_UNPARSABLE'
}

// Only what the framework itself says about a request is fit for the caller; any other error may carry anything.
function parseFrameworkError(thrown: unknown): { status: number; message: string } | undefined {
  if (!(thrown instanceof Error) || !('code' in thrown) || !('statusCode' in thrown)) return undefined
  if (typeof thrown.code !== 'string' || !thrown.code.startsWith('FST_ERR_')) return undefined
  const status = Number(thrown.statusCode)
  return status >= 400 && status < 500 ? { status, message: thrown.message } : undefined
}

/** How a request by another method than those of its address is refused; `allow` is the header that goes with it. */
export function refusalOfMethod(
  method: string,
  methods: readonly string[],
): { readonly allow: string; readonly error: LeadlineError } {
  const allow = methods.join(', ')
  return { allow, error: new LeadlineError('METHOD_NOT_ALLOWED', `${method} is not one of ${allow}`) }
}
