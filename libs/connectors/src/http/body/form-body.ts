import { formatForm } from '@leadline/formats'
import { z } from 'zod'
import { compileFields, structure } from '../structure.ts'
import type { BodyWriter } from './written-body.ts'

export const formBody = z.record(z.string(), structure)

/** `plain`: names with brackets are sent as they are. */
export const formNames = z.enum(['encoded', 'plain'])

export function compileFormBody(fields: z.infer<typeof formBody>, names: z.infer<typeof formNames> = 'encoded'): BodyWriter {
  const fill = compileFields(fields)
  return (view) => ({ content: formatForm(fill(view), names), contentType: 'application/x-www-form-urlencoded' })
}
