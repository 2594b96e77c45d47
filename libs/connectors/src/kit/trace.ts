import { randomBytes } from 'node:crypto'

const pattern = /^00-([0-9a-f]{32})-[0-9a-f]{16}-([0-9a-f]{2})$/

/** The `traceparent` of one call: a new span in the lead's trace, or in a new trace when it has none (W3C Trace Context §3.2). */
export function childTraceparent(parent: string | null): string {
  const [, traceId, flags] = pattern.exec(parent ?? '') ?? []
  const random = randomBytes(traceId === undefined ? 24 : 8).toString('hex')
  return `00-${traceId ?? random.slice(16)}-${random.slice(0, 16)}-${flags ?? '01'}`
}
