import type { HttpAnswer } from '@leadline/connectors'
import { isJsonObject, type JsonObject } from '@leadline/domain'

/** The answer that a case gives: `{status, headers, body}`. */
export function answerIn({ response }: JsonObject): HttpAnswer {
  const { status, headers, body } = isJsonObject(response) ? response : {}
  const named = isJsonObject(headers) ? Object.entries(headers) : []
  return {
    status: Number(status),
    headers: Object.fromEntries(named.map(([name, value]) => [name.toLowerCase(), [value].flat().map(String).join(', ')])),
    body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body ?? '')),
  }
}
