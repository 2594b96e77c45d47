import type { ErrorClass, ErrorCode, EventId, LeadId, OutcomeType } from '@leadline/domain'

/**
 * JSON as text. Lead fields and appended data travel so: any nesting, exact digits, `null` and `""` told apart,
 * and a step that only passes them on never parses them.
 */
export type JsonText = string

/** Milliseconds since 1970, UTC. */
export type Timestamp = number

/** A lead was accepted. Key on `leads.received`: the flow's dedupe key, else the lead id. */
export interface LeadReceived {
  readonly eventId: EventId
  readonly leadId: LeadId
  readonly flow: string
  readonly flowVersion: string
  readonly source: string
  readonly receivedAt: Timestamp
  readonly origin: 'http' | 'submission'
  /** The flow's dedupe key of this lead, or null when the flow has none or the lead lacks its fields. */
  readonly dedupeKey: string | null
  /** Digest of the submitted fields, to tell a repeated submission from a changed one. */
  readonly bodyDigest: string
  /** Fields that could not be read by their type; in `lead` they are as they came, all others in normal form. */
  readonly invalidFields: readonly string[]
  readonly traceparent: string | null
  readonly lead: JsonText
}

/** The whole state a step needs: no reader has to look anything up. Key: the lead id. */
export interface StepWork {
  readonly leadId: LeadId
  readonly flow: string
  readonly flowVersion: string
  readonly source: string
  readonly receivedAt: Timestamp
  /** Name of the step to run. */
  readonly step: string
  /** 0 for the first walk; each replay of a lead adds one. */
  readonly generation: number
  /** The generation whose idempotency keys the calls carry. */
  readonly keyGeneration: number
  /** Number of the attempt to make at this step, 1 the first. */
  readonly attempt: number
  /** Attempts used up so far are counted in `attempt`; when the first of them failed. */
  readonly firstFailedAt: Timestamp | null
  /** Number of the next event of this lead and generation; events sort by it. */
  readonly seq: number
  /** Steps that succeeded in an earlier generation and are not called again. */
  readonly doneSteps: readonly string[]
  readonly replayId: string | null
  readonly traceparent: string | null
  readonly price: number | null
  /** How the last concluded step of this walk ended; decides the lead's outcome when the flow ends. */
  readonly lastOutcome: OutcomeType | null
  readonly lastReason: string | null
  readonly lastStep: string | null
  /** Leads of one order key start in order at every step; it is the record's key then. null: the lead id is. */
  readonly orderKey: string | null
  readonly lead: JsonText
  readonly appended: JsonText
}

/** The public contract for analytics: exactly one per lead, step and generation. Key: the lead id. */
export interface StepOutcome {
  readonly eventId: EventId
  readonly leadId: LeadId
  readonly flow: string
  readonly flowVersion: string
  readonly source: string
  readonly step: string
  readonly connector: string
  readonly connectorRevision: string
  readonly generation: number
  readonly outcome: OutcomeType
  readonly reason: string | null
  readonly price: number | null
  readonly reference: string | null
  /** Attempts made, the deciding one included. */
  readonly attempt: number
  /** Id of the rule that decided, as declared by the connector or the flow. */
  readonly rule: string | null
  readonly errorCode: ErrorCode | null
  readonly errorClass: ErrorClass | null
  readonly idempotencyKey: string | null
  readonly receivedAt: Timestamp
  readonly startedAt: Timestamp
  readonly endedAt: Timestamp
  readonly durationMs: number
  readonly replayId: string | null
  readonly traceparent: string | null
  /** The lead as the step saw it. */
  readonly lead: JsonText
  /** What this step added under its append name; `{}` when nothing. */
  readonly appended: JsonText
}

/** A lead's walk ended. Key: the lead id. */
export interface LeadCompleted {
  readonly eventId: EventId
  readonly leadId: LeadId
  readonly flow: string
  readonly flowVersion: string
  readonly source: string
  readonly generation: number
  readonly seq: number
  readonly outcome: OutcomeType
  readonly reason: string | null
  readonly price: number | null
  /** The step that decided; null when the lead ended before its first step. */
  readonly step: string | null
  readonly rule: string | null
  readonly receivedAt: Timestamp
  readonly completedAt: Timestamp
  readonly replayId: string | null
  readonly traceparent: string | null
  readonly lead: JsonText
  /** Everything the steps appended, by append name. */
  readonly appended: JsonText
}

export type DeadLetterReason = 'not-retryable' | 'attempts-exhausted' | 'undecodable' | 'invalid' | 'poisonous' | 'too-large'

/** A record that used up its policy or can never work, with what is needed to look at it and to run it again. */
export interface DeadLetter {
  readonly eventId: EventId
  readonly at: Timestamp
  readonly reason: DeadLetterReason
  readonly errorCode: ErrorCode
  readonly errorClass: ErrorClass
  readonly message: string
  readonly leadId: LeadId | null
  readonly flow: string | null
  readonly flowVersion: string | null
  readonly source: string | null
  readonly step: string | null
  readonly generation: number
  readonly attempt: number
  readonly seq: number
  readonly replayId: string | null
  readonly originTopic: string
  readonly originPartition: number
  readonly originOffset: number
  /** The record as it was, when it could not be read: key, value and headers. With the reason `too-large` only what there was room for. */
  readonly rawKey: Buffer | null
  readonly rawValue: Buffer | null
  readonly rawHeaders: Readonly<Record<string, Buffer>>
  readonly lead: JsonText | null
  readonly appended: JsonText | null
}

export type ActivityType =
  | 'step.succeeded'
  | 'step.failed'
  | 'step.errored'
  | 'step.skipped'
  | 'retry.scheduled'
  | 'replay.started'
  | 'lead.repeated'

/** One record for each thing that happened to a lead and has no topic of its own: every attempt, skip, retry and replay. Key: the lead id. */
export interface Activity {
  readonly eventId: EventId
  readonly leadId: LeadId
  readonly flow: string
  readonly flowVersion: string
  readonly source: string
  readonly generation: number
  readonly seq: number
  readonly type: ActivityType
  readonly at: Timestamp
  readonly step: string | null
  readonly connector: string | null
  readonly connectorRevision: string | null
  readonly attempt: number | null
  readonly outcome: OutcomeType | null
  readonly reason: string | null
  readonly rule: string | null
  readonly price: number | null
  readonly reference: string | null
  readonly errorCode: ErrorCode | null
  readonly errorClass: ErrorClass | null
  /** hash(connector, normalised reason, status, flow version): groups failures of one cause. */
  readonly fingerprint: string | null
  /** Host and port that was called. */
  readonly destination: string | null
  readonly idempotencyKey: string | null
  readonly durationMs: number | null
  /** When the parked attempt may run, and the tier it waits on. */
  readonly dueAt: Timestamp | null
  readonly tierMs: number | null
  readonly maxAttempts: number | null
  readonly replayId: string | null
  readonly traceparent: string | null
  /** Request, response (masked) and phase timings of the attempt. */
  readonly exchange: JsonText | null
  /** What the step added; null when nothing. */
  readonly appended: JsonText | null
}

/** An operator's order to run leads again. Written again with a moved cursor after each chunk, in the transaction that starts the chunk. Key: the replay id. */
export interface ReplayOrder {
  readonly replayId: string
  readonly orderedAt: Timestamp
  readonly orderedBy: string
  /** A `ReplaySelection` as JSON. */
  readonly selection: JsonText
  readonly fromStep: string | null
  readonly succeededSteps: 'skip' | 'run'
  readonly idempotencyKeys: 'same' | 'new'
  readonly leadsPerSecond: number
  readonly cursor: string | null
  readonly started: number
  readonly total: number
  readonly status: 'running' | 'completed'
  readonly updatedAt: Timestamp
}

/** What a source publishes straight to `submissions` when it publishes Avro (docs/submissions.md); flow and source are headers. */
export interface Submission {
  readonly lead: JsonText
}

/** Every event by the name of its schema file. */
export interface Events {
  submission: Submission
  'lead-received': LeadReceived
  'step-work': StepWork
  'step-outcome': StepOutcome
  'lead-completed': LeadCompleted
  'dead-letter': DeadLetter
  activity: Activity
  'replay-order': ReplayOrder
}

export type EventName = keyof Events
