import { connectors, defaultCallLimits } from '@leadline/connectors'
import type { Json, JsonObject } from '@leadline/domain'
import type { HttpRequest } from '@leadline/http'
import type { View } from '@leadline/language'

/** What an http step sends for a view, in a case's words. */
export async function sentRequest(settings: JsonObject, view: View): Promise<Json> {
  const sent: HttpRequest[] = []
  const timings = { connectMs: 0, firstByteMs: 0, totalMs: 0 }
  const http = {
    // Whoever follows redirects comes back once more.
    call: async (request: HttpRequest) => {
      sent.push(request)
      const response = { status: sent.length === 1 ? 302 : 200, headers: { location: request.url }, body: Buffer.alloc(0) }
      return { type: 'answered' as const, response, timings }
    },
    [Symbol.asyncDispose]: async () => {},
  }
  const connector = connectors.get('http')
  const action = connector?.compile(settings, { http, limits: defaultCallLimits, redact: (text) => text })
  const rest = { idempotencyKey: 'case', traceparent: null, attempt: 1, now: () => 0, signal: new AbortController().signal }
  const verdict = await action?.run({ view, ...rest })
  const [request] = sent
  if (request === undefined) throw new Error(`nothing was sent: ${JSON.stringify(verdict?.conclusion)}`)
  return { ...describe(request), follow_redirects: sent.length > 1 }
}

function describe({ method, url, headers, body }: HttpRequest): JsonObject {
  const text = body?.toString() ?? ''
  const contentType = headers['Content-Type'] ?? null
  return {
    method,
    url,
    body: text,
    content_type: contentType,
    authorization: headers['Authorization'] ?? null,
    headers: { ...headers },
    ...(contentType?.includes('json') && { json: JSON.parse(text) }),
    ...(contentType?.includes('xml') && { xml: text }),
    ...(contentType?.includes('urlencoded') && { form: Object.fromEntries(new URLSearchParams(text)) }),
  }
}
