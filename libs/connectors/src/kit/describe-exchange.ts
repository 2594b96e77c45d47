import type { JsonObject } from '@leadline/domain'
import { type CallResult, type HttpRequest, maskHeaders, type Redact } from '@leadline/http'

const keptBytes = 64 * 1024
// Cut before redacting, or a megabyte is searched for 64 KB; with room, or a secret across the cut would keep its first half.
const searched = 80 * 1024

/** What went over the wire, as it may be kept: header values by allow-list, bodies of at most 64 KB, secrets gone by value. */
export function describeExchange(request: HttpRequest, result: CallResult, redact: Redact): JsonObject {
  return {
    request: {
      method: request.method,
      url: redact(request.url),
      headers: keepHeaders(request.headers, redact),
      body: request.body === null ? null : keepText(request.body.toString(), redact),
    },
    response: result.type === 'answered' ? describeResponse(result, redact) : null,
    timings: { ...result.timings },
    sent: result.type === 'answered' || result.sent,
    ...(result.type === 'unanswered' ? { error: redact(result.message) } : {}),
  }
}

function describeResponse({ response }: CallResult & { type: 'answered' }, redact: Redact): JsonObject {
  return {
    status: response.status,
    headers: keepHeaders(response.headers, redact),
    body: keepText(response.body.toString('utf8', 0, searched), redact),
    bodyBytes: response.body.length,
  }
}

function keepHeaders(headers: Readonly<Record<string, string>>, redact: Redact): JsonObject {
  const kept = maskHeaders(headers)
  for (const name of Object.keys(kept)) kept[name] = redact(kept[name] ?? '')
  return kept
}

function keepText(text: string, redact: Redact): string {
  const redacted = redact(text.slice(0, searched))
  if (redacted.length * 3 <= keptBytes) return redacted
  const bytes = Buffer.from(redacted)
  return bytes.length <= keptBytes ? redacted : bytes.toString('utf8', 0, keptBytes).replace(/\ufffd$/, '')
}
