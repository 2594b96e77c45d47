import type { EventId, JsonObject, LeadId, OutcomeType } from '@leadline/domain'
import type { Activity, DeadLetter, JsonText, LeadCompleted, LeadReceived, ReplayOrder, Timestamp } from '@leadline/events'

/**
 * The event store: a projection of the topics that answers what operators ask. It can be thrown away and rebuilt
 * with the same result: every event has an id and is kept once, and nothing depends on the order of arrival.
 */
export interface EventStore extends AsyncDisposable {
  /** Durable when it resolves; concurrent calls share one commit. Events already kept change nothing. Rejects with STORE_UNAVAILABLE. */
  record(events: readonly StoredEvent[]): Promise<void>
  readLead(leadId: LeadId): Promise<LeadView | undefined>
  /** Newest first; at most `limit` (1 to 500). `cursor` from the page before. */
  searchLeads(query: LeadQuery, page: Page): Promise<LeadPage>
  /** How many leads match, without reading them. */
  countLeads(query: LeadQuery): Promise<number>
  readReplay(replayId: string): Promise<ReplayView | undefined>
}

/** What operators ask of many leads at once. */
export interface StoreReports {
  /** The matching leads by status, by outcome, and by how their steps ended. */
  breakDown(query: LeadQuery): Promise<Breakdown>
  /** Hash of everything kept: two stores with the same events have the same digest, whatever order they came in. */
  digest(): Promise<StoreDigest>
}

export interface Breakdown {
  readonly leads: number
  readonly byStatus: Readonly<Record<LeadStatus, number>>
  /** Of completed leads. */
  readonly byOutcome: Readonly<Record<OutcomeType, number>>
  /** How steps ended, in any generation: leads per step and outcome. */
  readonly steps: readonly { readonly step: string; readonly outcome: OutcomeType; readonly leads: number }[]
}

export interface StoreDigest {
  readonly sha256: string
  readonly leads: number
  readonly events: number
}

/** One record of a topic, with where it was read. */
export type StoredEvent = { readonly coordinates: Coordinates } & (
  | { readonly type: 'received'; readonly event: LeadReceived }
  | { readonly type: 'activity'; readonly event: Activity }
  | { readonly type: 'completed'; readonly event: LeadCompleted }
  | { readonly type: 'dead-letter'; readonly event: DeadLetter }
  | { readonly type: 'replay'; readonly event: ReplayOrder }
)

export interface Coordinates {
  readonly topic: string
  readonly partition: number
  readonly offset: number
}

/** A replay's newest order, and how the leads that it started ended so far. */
export interface ReplayView extends ReplayOrder {
  readonly ended: Readonly<Record<OutcomeType, number>>
}

export type LeadStatus = 'queued' | 'running' | 'retrying' | 'completed'

/**
 * All fields must hold; an absent field is free. `step`, `stepOutcome`, `errorClass`, `destination` and `fingerprint` look at
 * the last attempt at one and the same step, in the lead's last generation.
 */
export interface LeadQuery {
  readonly leadIds?: readonly LeadId[]
  readonly flow?: string
  readonly source?: string
  readonly status?: LeadStatus
  readonly outcome?: OutcomeType
  /** Exact, as recorded on the completed lead. */
  readonly reason?: string
  /** Leads with a concluded attempt at this step (with `stepOutcome`: ended so). */
  readonly step?: string
  readonly stepOutcome?: OutcomeType
  readonly errorClass?: string
  readonly destination?: string
  readonly fingerprint?: string
  readonly flowVersion?: string
  /** Received at or after, and before. */
  readonly since?: Timestamp
  readonly until?: Timestamp
}

/** The cursor of `by-id` is the id of the last lead of the page before; that of `newest-first` is opaque. */
export interface Page {
  readonly limit: number
  readonly cursor: string | null
  readonly order: 'newest-first' | 'by-id'
}

export interface LeadPage {
  readonly leads: readonly LeadSummary[]
  readonly nextCursor: string | null
}

export interface LeadSummary {
  readonly leadId: LeadId
  readonly flow: string
  readonly flowVersion: string
  readonly source: string
  readonly receivedAt: Timestamp
  readonly completedAt: Timestamp | null
  readonly generation: number
  readonly status: LeadStatus
  readonly outcome: OutcomeType | null
  readonly reason: string | null
  readonly price: number | null
  readonly step: string | null
  /** While retrying: the attempt that waits, of how many, and when it is due. */
  readonly retry: { readonly attempt: number; readonly maxAttempts: number | null; readonly dueAt: Timestamp } | null
  readonly bodyDigest: string | null
}

export interface LeadView extends LeadSummary {
  readonly lead: JsonText
  /** As of the last completion, `{}` before one. What steps added since is in their events, without their append names. */
  readonly appended: JsonText
  /** All generations, in order: generation, then number within it. */
  readonly events: readonly TimelineEvent[]
}

export interface TimelineEvent {
  readonly eventId: EventId
  readonly type: string
  readonly at: Timestamp
  readonly generation: number
  readonly seq: number
  readonly step: string | null
  readonly attempt: number | null
  readonly outcome: OutcomeType | null
  readonly reason: string | null
  readonly rule: string | null
  readonly durationMs: number | null
  readonly coordinates: Coordinates
  /** Everything else the event carries: error class, due time, exchange, appended, fingerprint, destination, replay id … */
  readonly details: JsonObject
}
