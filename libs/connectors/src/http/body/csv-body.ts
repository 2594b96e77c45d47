import { formatCsv } from '@leadline/formats'
import { z } from 'zod'
import { compileList, structure } from '../structure.ts'
import type { BodyWriter } from './written-body.ts'

/** One record of values in their order; with `names`, under a line of names. */
export const csvBody = z
  .strictObject({
    values: z.array(structure).min(1),
    names: z.array(z.string()).optional(),
    delimiter: z.enum([',', ';', '\t']).default(','),
    quotes: z.enum(['needed', 'always']).default('needed'),
  })
  .refine(({ values, names }) => names === undefined || names.length === values.length, {
    path: ['names'],
    message: 'needs as many names as values',
  })

export function compileCsvBody({ values, names, delimiter, quotes }: z.infer<typeof csvBody>): BodyWriter {
  const cells = compileList(values)
  const header = names === undefined ? '' : `${formatCsv(names, { delimiter, quotes })}\r\n`
  return (view) => {
    return { content: `${header}${formatCsv(cells(view), { delimiter, quotes })}\r\n`, contentType: 'text/csv; charset=utf-8' }
  }
}
