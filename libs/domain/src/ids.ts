import { hash } from 'node:crypto'
import { InvalidValue } from './errors.ts'

declare const brand: unique symbol
/** Identifies one lead for ever: a UUIDv7 when we made it, a UUIDv8 when it is derived from an idempotency key. */
export type LeadId = string & { readonly [brand]: 'LeadId' }
/** Identifies one thing that happened; the same thing written twice has the same id, so readers can drop the copy. */
export type EventId = string & { readonly [brand]: 'EventId' }

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/** Throws `InvalidValue` unless `text` is a lower-case UUID. */
export function parseLeadId(text: string): LeadId {
  if (!uuid.test(text)) throw new InvalidValue('leadId', text)
  return text as LeadId
}

/** A UUIDv7 (RFC 9562 §5.7): 48 bits of `nowMs`, then 74 of the 80 bits in `random`. */
export function newLeadId(nowMs: number, random: Uint8Array): LeadId {
  const bytes = Buffer.alloc(16)
  bytes.writeUIntBE(nowMs, 0, 6)
  bytes.set(random.subarray(0, 10), 6)
  return formatUuid(bytes.toString('hex'), '7') as LeadId
}

/** The lead id of an idempotency key: the same key at the same source is the same lead, on every gateway and after every restart. */
export function leadIdFromKey(flow: string, source: string, idempotencyKey: string): LeadId {
  return hashUuid(['lead', flow, source, idempotencyKey]) as LeadId
}

/** A deterministic event id, the hash of what makes the event the same event. */
export function eventId(...parts: readonly (string | number)[]): EventId {
  return hashUuid(parts) as EventId
}

/** The key sent to the outside with every attempt of one lead at one step; a replay keeps it unless it asks for new ones. */
export function idempotencyKey(flow: string, step: string, leadId: LeadId, keyGeneration: number): string {
  return hashUuid(['call', flow, step, leadId, keyGeneration])
}

function hashUuid(parts: readonly (string | number)[]): string {
  let text = ''
  for (const part of parts) text += `${String(part).length}:${part};`
  // In one call, and straight to text: a hash object and its buffers cost five times as much, several times per lead.
  return formatUuid(hash('sha256', text, 'hex'), '8')
}

const variants = '89ab'

/** The first 32 hex digits as a UUID of that version, its variant bits set. */
function formatUuid(hex: string, version: '7' | '8'): string {
  const variant = variants[Number.parseInt(hex[16] ?? '0', 16) & 3]
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${version}${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
