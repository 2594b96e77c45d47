import type { Json, JsonObject } from '@leadline/domain'
import { xmlFromJson } from './xml-writer.ts'

export type SoapVersion = '1.1' | '1.2'

export interface SoapCall {
  readonly version: SoapVersion
  /** The element in the body, and its namespace when it has one. */
  readonly operation: string
  readonly namespace: string | null
  /** As `xmlFromJson` writes it: keys are elements, `@name` attributes, arrays repeats. */
  readonly arguments: JsonObject
  /** Elements of the header. */
  readonly headers: JsonObject
}

const namespaces = {
  '1.1': 'http://schemas.xmlsoap.org/soap/envelope/',
  '1.2': 'http://www.w3.org/2003/05/soap-envelope',
} as const

/** The envelope of one call. Throws InvalidValue for a key that is no XML name. */
export function soapEnvelope(call: SoapCall): string {
  const inner = { ...(call.namespace !== null && { '@xmlns': call.namespace }), ...call.arguments }
  const header: JsonObject = Object.keys(call.headers).length === 0 ? {} : { 'soap:Header': call.headers }
  const body: Json = { [call.operation]: inner }
  const envelope = { '@xmlns:soap': namespaces[call.version], ...header, 'soap:Body': body }
  return `<?xml version="1.0" encoding="utf-8"?>${xmlFromJson('soap:Envelope', envelope)}`
}

/** How a call names its action: 1.1 in a header of its own, 1.2 in the content type. */
export function soapHeaders(
  version: SoapVersion,
  action: string | null,
): { readonly contentType: string; readonly soapAction: string | null } {
  const quoted = action === null ? null : `"${action.replace(/["\r\n]/g, '')}"`
  if (version === '1.1') return { contentType: 'text/xml; charset=utf-8', soapAction: quoted ?? '""' }
  const suffix = quoted === null ? '' : `; action=${quoted}`
  return { contentType: `application/soap+xml; charset=utf-8${suffix}`, soapAction: null }
}
