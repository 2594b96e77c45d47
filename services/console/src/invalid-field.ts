import { LeadlineError } from '@leadline/domain'
import type { z } from 'zod'

/** INVALID_VALUE for the first thing that zod found wrong, naming the field. */
export function invalidField(error: z.ZodError): LeadlineError {
  const issue = error.issues[0]
  const path = issue?.path.map(String) ?? []
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : []
  const field = [...path, ...unknown].join('.')
  return invalid(field, unknown.length > 0 ? 'is not known here' : (issue?.message ?? 'is not valid'))
}

export function invalid(field: string, what: string): LeadlineError {
  return new LeadlineError('INVALID_VALUE', field === '' ? what : `${field}: ${what}`, { fields: { field } })
}
