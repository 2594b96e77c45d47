import { formatPipe } from '@leadline/formats'
import { z } from 'zod'
import { compileList, structure } from '../structure.ts'
import type { BodyWriter } from './written-body.ts'

/** Values in their order with `|` between them; `pipes` says what becomes of a `|` in a value. */
export const pipeBody = z.strictObject({
  values: z.array(structure).min(1),
  pipes: z.enum(['backslash', 'blank']).default('backslash'),
})

export function compilePipeBody({ values, pipes }: z.infer<typeof pipeBody>): BodyWriter {
  const cells = compileList(values)
  return (view) => ({ content: formatPipe(cells(view), pipes), contentType: 'text/plain; charset=utf-8' })
}
