import { LeadlineError } from '@leadline/domain'

/** The `Idempotency-Key` header; throws INVALID_VALUE unless it is 1 to 255 visible ASCII characters. */
export function parseIdempotencyKey(header: string | readonly string[] | undefined): string | null {
  if (header === undefined) return null
  if (typeof header === 'string' && /^[\x21-\x7e]{1,255}$/.test(header)) return header
  const field = 'Idempotency-Key'
  throw new LeadlineError('INVALID_VALUE', `${field} must be 1 to 255 visible ASCII characters`, { fields: { field } })
}
