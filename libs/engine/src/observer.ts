import type { LeadlineError } from '@leadline/domain'

export interface LaneName {
  readonly group: string
  readonly topic: string
  readonly partition: number
}

export interface FlushReport {
  readonly completions: number
  readonly records: number
  readonly bytes: number
  readonly durationMs: number
}

/** What the engine tells about itself; every call must return at once. */
export interface EngineObserver {
  laneAssigned(lane: LaneName): void
  laneReleased(lane: LaneName, how: 'closing' | 'lost'): void
  /** The lane could not be opened or must not go on: people have to look. */
  laneStopped(lane: LaneName, error: LeadlineError): void
  flushed(lane: LaneName, report: FlushReport): void
  commitUnknown(lane: LaneName, resolved: 'committed' | 'repeated'): void
  fenced(lane: LaneName): void
  /** Results that were dropped because the lane was lost: possible repeated calls to the outside. */
  orphaned(lane: LaneName, count: number): void
  poisoned(lane: LaneName, error: LeadlineError): void
}

/** A lane as it stands, for metrics and for finding what is stuck. */
export interface LaneReport extends LaneName {
  readonly base: number
  readonly span: number
  /** Records whose end is not committed yet, and their bytes: what `laneRecords` and `laneBytes` limit. */
  readonly undone: number
  readonly undoneBytes: number
  readonly queued: number
  readonly running: number
  readonly waiting: number
  /** Offset of the lowest record not done, and since when (event time of the record); null when nothing waits. */
  readonly oldest: { readonly offset: number; readonly timestamp: number } | null
  readonly stateEntries: number
  /** What they take of the memory. */
  readonly stateBytes: number
}

export const silentObserver: EngineObserver = {
  laneAssigned: () => {},
  laneReleased: () => {},
  laneStopped: () => {},
  flushed: () => {},
  commitUnknown: () => {},
  fenced: () => {},
  orphaned: () => {},
  poisoned: () => {},
}
