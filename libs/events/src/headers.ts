/**
 * Header names on our records. Values are UTF-8 text. They are replaced at each hop, never piled up:
 * a record on its twentieth retry carries as many bytes as on its first.
 */
export const headers = {
  /** Published by sources on `submissions`: which flow and source the lead is for. */
  flow: 'flow',
  source: 'source',
  leadId: 'lead-id',
  traceparent: 'traceparent',
  /** On `submissions`: the same key is the same lead. */
  idempotencyKey: 'idempotency-key',
  /** On retry tiers: where the record came from and goes back to. */
  originTopic: 'origin-topic',
  originPartition: 'origin-partition',
  /** On retry tiers: not before this time, milliseconds since 1970. */
  dueAt: 'due-at',
  /** On work: the step it is for, so that its destination is known without decoding. */
  step: 'step',
  attempt: 'attempt',
  generation: 'generation',
  firstFailedAt: 'first-failed-at',
  /** How often the record has been parked because its destination was closed, without an attempt. */
  parks: 'parks',
} as const
