import { type ErrorClass, errorCodes, type OutcomeType, parseLeadId } from '@leadline/domain'
import type { ActivityType, DeadLetterReason, EventName, Events } from './events.ts'

/** What Avro's types do not say about a field: that an id is one, that a member of a closed set is known. */
type Check = (value: unknown) => boolean

type Checks = { readonly [N in EventName]: Readonly<Partial<Record<keyof Events[N], Check>>> }

/** Name of the first field that holds what its event does not allow, or undefined. */
export function findUnknownMember(event: EventName, value: object): string | undefined {
  for (const { field, check } of checksByEvent[event]) if (!check(Reflect.get(value, field))) return field
  return undefined
}

const outcome = oneOf({ success: true, failure: true, error: true } satisfies Record<OutcomeType, true>)
const errorCode = oneOf(errorCodes)
const errorClass = oneOf({
  connection: true,
  timeout: true,
  unknown: true,
  limit: true,
  quota: true,
  authentication: true,
  data: true,
  configuration: true,
  contract: true,
  system: true,
} satisfies Record<ErrorClass, true>)
const activityType = oneOf({
  'step.succeeded': true,
  'step.failed': true,
  'step.errored': true,
  'step.skipped': true,
  'retry.scheduled': true,
  'replay.started': true,
  'lead.repeated': true,
} satisfies Record<ActivityType, true>)
const deadLetterReason = oneOf({
  'not-retryable': true,
  'attempts-exhausted': true,
  undecodable: true,
  invalid: true,
  poisonous: true,
  'too-large': true,
} satisfies Record<DeadLetterReason, true>)

const checks: Checks = {
  submission: {},
  'lead-received': { eventId: uuid, leadId: uuid, origin: oneOf({ http: true, submission: true }) },
  'step-work': { leadId: uuid, lastOutcome: nullOr(outcome) },
  'step-outcome': { eventId: uuid, leadId: uuid, outcome, errorCode: nullOr(errorCode), errorClass: nullOr(errorClass) },
  'lead-completed': { eventId: uuid, leadId: uuid, outcome },
  'dead-letter': { eventId: uuid, leadId: nullOr(uuid), reason: deadLetterReason, errorCode, errorClass },
  activity: {
    eventId: uuid,
    leadId: uuid,
    type: activityType,
    outcome: nullOr(outcome),
    errorCode: nullOr(errorCode),
    errorClass: nullOr(errorClass),
  },
  'replay-order': {
    succeededSteps: oneOf({ skip: true, run: true }),
    idempotencyKeys: oneOf({ same: true, new: true }),
    status: oneOf({ running: true, completed: true }),
  },
}

/** Every event, by the name of its schema file. */
export const eventNames = Object.keys(checks) as readonly EventName[]

interface FieldCheck {
  readonly field: string
  readonly check: Check
}

const checksByEvent = Object.fromEntries(
  eventNames.map((event) => [event, Object.entries<Check>(checks[event]).map(([field, check]) => ({ field, check }))] as const),
) as Record<EventName, FieldCheck[]>

function oneOf(members: Readonly<Record<string, unknown>>): Check {
  return (value) => typeof value === 'string' && Object.hasOwn(members, value)
}

function nullOr(check: Check): Check {
  return (value) => value === null || check(value)
}

/** Lead ids and event ids have one form. */
function uuid(value: unknown): boolean {
  try {
    return typeof value === 'string' && parseLeadId(value) === value
  } catch {
    return false
  }
}
