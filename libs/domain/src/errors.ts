/** Whose trouble an error is, and what the engine does about it. `connection`, `timeout`, `unknown` and `system` count against a destination. */
export type ErrorClass =
  | 'connection'
  | 'timeout'
  | 'unknown'
  | 'limit'
  | 'quota'
  | 'authentication'
  | 'data'
  | 'configuration'
  | 'contract'
  | 'system'

/**
 * Every code this system can emit: its class, and whether trying again can help.
 * Each has a paragraph in docs/errors.md; a test compares the two both ways.
 */
export const errorCodes = {
  INVALID_VALUE: { class: 'data', retryable: false },
  // what a destination did
  DESTINATION_CONNECTION: { class: 'connection', retryable: true },
  DESTINATION_TIMEOUT: { class: 'timeout', retryable: true },
  DESTINATION_UNKNOWN: { class: 'unknown', retryable: true },
  DESTINATION_UNAVAILABLE: { class: 'system', retryable: true },
  DESTINATION_THROTTLED: { class: 'limit', retryable: true },
  DESTINATION_AUTHENTICATION: { class: 'authentication', retryable: false },
  DESTINATION_REFUSED_DATA: { class: 'data', retryable: false },
  DESTINATION_CONTRACT: { class: 'contract', retryable: false },
  DESTINATION_TOO_LARGE: { class: 'contract', retryable: false },
  DESTINATION_BLOCKED: { class: 'configuration', retryable: false },
  // what we did
  UNEXPECTED: { class: 'system', retryable: true },
  CONFIGURATION: { class: 'configuration', retryable: false },
  FLOW_UNKNOWN: { class: 'configuration', retryable: false },
  STEP_UNKNOWN: { class: 'configuration', retryable: false },
  RECORD_UNDECODABLE: { class: 'data', retryable: false },
  RECORD_INVALID: { class: 'data', retryable: false },
  RECORD_TOO_LARGE: { class: 'data', retryable: false },
  RECORD_POISONOUS: { class: 'system', retryable: false },
  // what the log did
  LOG_UNAVAILABLE: { class: 'system', retryable: true },
  LOG_REFUSED: { class: 'authentication', retryable: true },
  LOG_MISMATCH: { class: 'configuration', retryable: false },
  LOG_FOREIGN_METADATA: { class: 'configuration', retryable: false },
  STORE_UNAVAILABLE: { class: 'system', retryable: true },
  // what a caller of the API did
  FLOW_NOT_FOUND: { class: 'data', retryable: false },
  SOURCE_NOT_FOUND: { class: 'data', retryable: false },
  LEAD_NOT_FOUND: { class: 'data', retryable: false },
  REPLAY_NOT_FOUND: { class: 'data', retryable: false },
  ROUTE_NOT_FOUND: { class: 'data', retryable: false },
  METHOD_NOT_ALLOWED: { class: 'data', retryable: false },
  CREDENTIALS_REFUSED: { class: 'authentication', retryable: false },
  BODY_UNPARSABLE: { class: 'data', retryable: false },
  BODY_TOO_LARGE: { class: 'data', retryable: false },
  BODY_TOO_COMPLEX: { class: 'data', retryable: false },
  BODY_UNSUPPORTED_TYPE: { class: 'data', retryable: false },
  ANSWER_NOT_ACCEPTABLE: { class: 'data', retryable: false },
  IDEMPOTENCY_KEY_REUSED: { class: 'data', retryable: false },
  OVERLOADED: { class: 'limit', retryable: true },
  REPLAY_FILTER_EMPTY: { class: 'data', retryable: false },
} as const satisfies Record<string, { class: ErrorClass; retryable: boolean }>

export type ErrorCode = keyof typeof errorCodes

export interface ErrorDetails {
  readonly cause?: unknown
  /** Facts for the reader of a log or an answer; never a secret. */
  readonly fields?: Readonly<Record<string, string | number | boolean | null>>
}

/** The base of every error of this system. Match on `code`; never on `message`. */
export class LeadlineError extends Error {
  override readonly name: string = 'LeadlineError'
  readonly code: ErrorCode
  readonly fields: Readonly<Record<string, string | number | boolean | null>>

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, { cause: details.cause })
    this.code = code
    this.fields = details.fields ?? {}
  }

  get class(): ErrorClass {
    return errorCodes[this.code].class
  }

  get retryable(): boolean {
    return errorCodes[this.code].retryable
  }
}

export class InvalidValue extends LeadlineError {
  override readonly name = 'InvalidValue'
  constructor(what: string, got: string) {
    super('INVALID_VALUE', `not a ${what}: ${JSON.stringify(got.slice(0, 80))}`, { fields: { what } })
  }
}

/** Total: whatever was thrown becomes a LeadlineError, and its cause is kept. */
export function toLeadlineError(thrown: unknown): LeadlineError {
  if (thrown instanceof LeadlineError) return thrown
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  return new LeadlineError('UNEXPECTED', message, { cause: thrown })
}
