import { LeadlineError } from '@leadline/domain'
import { formatMultipart, type Part, scalarText } from '@leadline/formats'
import { compileTemplate, type View } from '@leadline/language'
import { z } from 'zod'
import { templateFor } from '../../kit/setting-types.ts'
import { compileStructure, structure } from '../structure.ts'
import type { BodyWriter } from './written-body.ts'

const file = z.strictObject({
  name: z.string().min(1),
  filename: templateFor('text'),
  contentType: templateFor('header').optional(),
  content: templateFor('text'),
  encoding: z.enum(['text', 'base64']).default('text'),
})

/** Fields and files of `multipart/form-data`. A field that finds nothing is left out; a list repeats its name. */
export const multipartBody = z.strictObject({
  fields: z.record(z.string().min(1), structure).default({}),
  files: z.array(file).default([]),
})

export function compileMultipartBody({ fields, files }: z.infer<typeof multipartBody>): BodyWriter {
  const values = Object.entries(fields).map(([name, source]) => ({ name, value: compileStructure(source) }))
  const attachments = files.map(compileFile)
  return (view) => {
    const texts = values.flatMap(({ name, value }): Part[] => {
      const filled = value(view)
      if (filled === undefined) return []
      return [filled].flat().map((one) => ({ name, content: scalarText(one) }))
    })
    const { body, contentType } = formatMultipart([...texts, ...attachments.map((attachment) => attachment(view))])
    return { content: body, contentType }
  }
}

function compileFile({ name, filename, contentType, content, encoding }: z.infer<typeof file>): (view: View) => Part {
  const [fileName, inside] = [compileTemplate(filename, 'text'), compileTemplate(content, 'text')]
  const type = contentType === undefined ? undefined : compileTemplate(contentType, 'header')
  return (view) => ({
    name,
    filename: fileName.text(view),
    content: encoding === 'base64' ? decoded(inside.text(view), name) : inside.text(view),
    ...(type !== undefined && { contentType: type.text(view) }),
  })
}

function decoded(text: string, name: string): Buffer {
  if (/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(text)) return Buffer.from(text, 'base64')
  throw new LeadlineError('INVALID_VALUE', `the content of the file "${name}" is not base64`, { fields: { file: name } })
}
