import { randomFillSync } from 'node:crypto'

const pattern = /^00-([0-9a-f]{32})-[0-9a-f]{16}-([0-9a-f]{2})$/

/** The `traceparent` of one call: a new span in the lead's trace, or in a new trace when it has none (W3C Trace Context §3.2). */
export function childTraceparent(parent: string | null): string {
  const [, traceId, flags] = parent === null ? [] : (pattern.exec(parent) ?? [])
  return `00-${traceId ?? randomHex(16)}-${randomHex(8)}-${flags ?? '01'}`
}

// Asking the system for eight bytes costs as much as for four thousand.
const pool = Buffer.alloc(4_096)
let used = pool.length

function randomHex(bytes: number): string {
  if (used + bytes > pool.length) {
    randomFillSync(pool)
    used = 0
  }
  used += bytes
  return pool.toString('hex', used - bytes, used)
}
