import { hash } from 'node:crypto'
import type { DeadLetter } from '@leadline/events'

// In base64, as JSON has bytes, all of them together still fit.
const keptKeyBytes = 16 * 1024
const keptValueBytes = 3_000_000
const keptHeaderBytes = 16 * 1024

/**
 * The dead letter of a record that is too large to be kept whole: its first bytes, and in the message length and digest of all of them.
 * The reason becomes `too-large`, so that nobody takes it for the record as it was.
 */
export function cutDeadLetter(event: DeadLetter): DeadLetter {
  const [key, value] = [cut('key', event.rawKey, keptKeyBytes), cut('value', event.rawValue, keptValueBytes)]
  const headerBytes = bytesOf(event.rawHeaders)
  const noHeaders = headerBytes > keptHeaderBytes
  const missing = [...key.missing, ...value.missing, ...(noHeaders ? [`none of ${headerBytes} bytes of its headers`] : [])]
  return {
    ...event,
    reason: 'too-large',
    message: `${event.message}; too large to be kept whole: here are ${missing.join(', ')}`,
    rawKey: key.kept,
    rawValue: value.kept,
    rawHeaders: noHeaders ? {} : event.rawHeaders,
  }
}

function cut(what: string, bytes: Buffer | null, most: number): { kept: Buffer | null; missing: readonly string[] } {
  if (bytes === null || bytes.length <= most) return { kept: bytes, missing: [] }
  const digest = hash('sha256', bytes, 'hex')
  return {
    kept: bytes.subarray(0, most),
    missing: [`the first ${most} of ${bytes.length} bytes of its ${what} (SHA-256 ${digest})`],
  }
}

function bytesOf(headers: DeadLetter['rawHeaders']): number {
  return Object.entries(headers).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + value.length, 0)
}
