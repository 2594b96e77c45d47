import { compileTemplate } from '@leadline/language'
import { rawContext } from '../raw-context.ts'
import type { BodyWriter } from './written-body.ts'

/** A template of the whole body; values are escaped as its content type wants it. */
export function compileRawBody(text: string, contentType: string): BodyWriter {
  const template = compileTemplate(text, rawContext(contentType))
  return (view) => ({ content: template.text(view), contentType })
}
