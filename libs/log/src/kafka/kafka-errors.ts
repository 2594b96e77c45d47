import { LeadlineError } from '@leadline/domain'
import { unavailable } from '../log-errors.ts'

const maxDepth = 5

interface KafkajsError {
  readonly type?: unknown
  readonly retriable?: unknown
  readonly cause?: unknown
  /** Of an aggregate. */
  readonly errors?: unknown
}

/** The protocol's name of an error, wherever kafkajs has put it; undefined for other errors. */
export function errorType(error: unknown): string | undefined {
  return protocolError(error)?.type
}

/** The broker answered no, and would again. */
export function isRefusal(error: unknown): boolean {
  const found = protocolError(error)
  return found !== undefined && !found.retriable
}

function protocolError(error: unknown): { type: string; retriable: boolean } | undefined {
  let current: unknown = error
  for (let depth = 0; depth < maxDepth && typeof current === 'object' && current !== null; depth++) {
    const { type, cause, errors, retriable }: KafkajsError = current
    if (typeof type === 'string') return { type, retriable: retriable === true }
    current = Array.isArray(errors) ? errors[0] : cause
  }
  return undefined
}

export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

export function isUnknownTopic(error: unknown): boolean {
  const type = errorType(error)
  return type === 'UNKNOWN_TOPIC_OR_PARTITION' || type === 'INVALID_TOPIC_EXCEPTION'
}

const altered: ReadonlySet<string> = new Set([
  'UNKNOWN_TOPIC_OR_PARTITION',
  'INVALID_TOPIC_EXCEPTION',
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
])

/** What is known of a topic that was written to may be old: it is gone, or takes less than it did. */
export function isAboutTopic(error: unknown): boolean {
  if (error instanceof LeadlineError) return error.fields['topic'] !== undefined
  return altered.has(errorType(error) ?? '')
}

/** The partition has no leader now, or another one than was thought. */
export function isLeaderless(error: unknown): boolean {
  const type = errorType(error)
  return type === 'NOT_LEADER_FOR_PARTITION' || type === 'LEADER_NOT_AVAILABLE'
}

/** kafkajs asked every broker for a coordinator and kept no answer to itself that it could tell of. */
export function isWithoutCoordinator(error: unknown): boolean {
  for (let current = error, depth = 0; current instanceof Error && depth < maxDepth; current = current.cause, depth++)
    if (current.name === 'KafkaJSGroupCoordinatorNotFound') return true
  return false
}

/** The group wants its members to join again. */
export function isRebalancing(error: unknown): boolean {
  const type = errorType(error)
  const stale = error instanceof Error && error.name === 'KafkaJSStaleTopicMetadataAssignment'
  return stale || type === 'REBALANCE_IN_PROGRESS' || type === 'NOT_COORDINATOR_FOR_GROUP' || type === 'ILLEGAL_GENERATION'
}

/** Our own errors as they are, all others as LOG_UNAVAILABLE with their cause. */
export function toLogError(what: string, error: unknown): LeadlineError {
  return error instanceof LeadlineError ? error : unavailable(what, error)
}
