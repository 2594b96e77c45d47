import { formatForm, stringifyJson } from '@leadline/formats'
import { z } from 'zod'
import { compileFields, compileStructure, structure } from '../structure.ts'
import type { BodyWriter } from './written-body.ts'

/** Any structure of templates; names with dots nest, digits make arrays. */
export const jsonBody = structure

export function compileJsonBody(source: z.infer<typeof jsonBody>): BodyWriter {
  const value = compileStructure(source)
  return (view) => ({ content: stringifyJson(value(view) ?? null), contentType: 'application/json' })
}

/** Text that stands in one parameter of a form, with more parameters beside it. */
export const parameterSettings = {
  parameter: z.string().min(1).optional(),
  extra: z.record(z.string(), structure).optional(),
}

export function inParameter(name: string, extra: z.infer<typeof parameterSettings.extra>, write: BodyWriter): BodyWriter {
  const beside = compileFields(extra ?? {})
  return (view) => {
    const own = formatForm({ [name]: write(view).content.toString() })
    const others = formatForm(beside(view))
    return { content: others === '' ? own : `${own}&${others}`, contentType: 'application/x-www-form-urlencoded' }
  }
}
