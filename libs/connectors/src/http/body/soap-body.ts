import { isJsonObject, type Json, type JsonObject } from '@leadline/domain'
import { soapEnvelope, soapHeaders } from '@leadline/formats'
import { compileTemplate } from '@leadline/language'
import { z } from 'zod'
import { templateFor } from '../../kit/setting-types.ts'
import { compileStructure, objectStructure } from '../structure.ts'
import type { BodyWriter } from './written-body.ts'

/** One call: its operation, the arguments in it, and the elements of the header. */
export const soapBody = z.strictObject({
  version: z.enum(['1.1', '1.2']).default('1.1'),
  operation: z.string().regex(/^[\p{L}_][\p{L}\p{N}._:-]*$/u, 'is not an XML name'),
  namespace: z.string().min(1).optional(),
  action: templateFor('header').optional(),
  arguments: objectStructure.default({}),
  headers: objectStructure.default({}),
})

export function compileSoapBody(settings: z.infer<typeof soapBody>): BodyWriter {
  const { version, operation, namespace = null, action } = settings
  const args = compileStructure(settings.arguments)
  const headers = compileStructure(settings.headers)
  const actionText = action === undefined ? () => null : compileTemplate(action, 'header').text
  return (view) => {
    const call = { version, operation, namespace, arguments: objectOf(args(view)), headers: objectOf(headers(view)) }
    const { contentType, soapAction } = soapHeaders(version, actionText(view))
    return { content: soapEnvelope(call), contentType, ...(soapAction !== null && { headers: { SOAPAction: soapAction } }) }
  }
}

function objectOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {}
}
