import type { Activity } from '@leadline/events'

/** What most activities have nothing to say about. */
export const bareActivity = {
  step: null,
  connector: null,
  connectorRevision: null,
  attempt: null,
  outcome: null,
  reason: null,
  rule: null,
  price: null,
  reference: null,
  errorCode: null,
  errorClass: null,
  fingerprint: null,
  destination: null,
  idempotencyKey: null,
  durationMs: null,
  dueAt: null,
  tierMs: null,
  maxAttempts: null,
  replayId: null,
  exchange: null,
  appended: null,
} as const satisfies Partial<Activity>
