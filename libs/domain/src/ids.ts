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
  return formatUuid(bytes.toString('latin1'), 7) as LeadId
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
  for (const part of parts) text += `${typeof part === 'string' ? part.length : String(part).length}:${part};`
  // In one call, and straight to text: a hash object and its buffers cost five times as much, several times per lead.
  return formatUuid(hash('sha256', text, 'binary'), 8)
}

const digits = Buffer.from('0123456789abcdef')
const uuidText = Buffer.alloc(36, '-')
/** Where the two digits of each byte go. */
const places = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34]
const versionByte = 6
const variantByte = 8

/**
 * The first 16 of `bytes`, one character each, as a UUID of that version, its variant bits set. Written digit by digit: a text put together of
 * slices keeps what it was cut out of, for as long as the lead is under way.
 */
function formatUuid(bytes: string, version: 7 | 8): string {
  for (let index = 0; index < places.length; index++) {
    const place = places[index] ?? 0
    const byte = bytes.charCodeAt(index)
    const high = index === versionByte ? version : index === variantByte ? ((byte >> 4) % 4) | 8 : byte >> 4
    uuidText[place] = digits[high] ?? 0
    uuidText[place + 1] = digits[byte % 16] ?? 0
  }
  return uuidText.toString('latin1')
}
