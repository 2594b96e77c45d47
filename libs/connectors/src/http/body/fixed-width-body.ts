import { formatFixedWidth } from '@leadline/formats'
import { z } from 'zod'
import { compileList, structure } from '../structure.ts'
import type { BodyWriter } from './written-body.ts'

const column = z.strictObject({
  name: z.string().min(1).optional(),
  value: structure,
  width: z.int().min(1).max(10_000),
  align: z.enum(['left', 'right']).default('left'),
  pad: z
    .string()
    .regex(/^[\x20-\x7e]$/, 'must be one ASCII character')
    .default(' '),
})

/** Columns in fixed places. A value that is too long is refused unless it may be cut. */
export const fixedWidthBody = z.strictObject({
  columns: z.array(column).min(1),
  overflow: z.enum(['refuse', 'cut']).default('refuse'),
  unit: z.enum(['characters', 'bytes']).default('characters'),
})

export function compileFixedWidthBody({ columns, overflow, unit }: z.infer<typeof fixedWidthBody>): BodyWriter {
  const cells = compileList(columns.map(({ value }) => value))
  const layout = columns.map(({ name, ...rest }, index) => ({ name: name ?? `column ${index + 1}`, ...rest }))
  return (view) => {
    return { content: formatFixedWidth(layout, cells(view), { overflow, unit }), contentType: 'text/plain; charset=utf-8' }
  }
}
