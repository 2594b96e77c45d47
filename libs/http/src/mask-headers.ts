const shown = new Set([
  'accept',
  'allow',
  'age',
  'cache-control',
  'content-encoding',
  'content-language',
  'content-length',
  'content-type',
  'date',
  'etag',
  'expires',
  'idempotency-key',
  'last-modified',
  'ratelimit',
  'ratelimit-limit',
  'ratelimit-remaining',
  'ratelimit-reset',
  'request-id',
  'retry-after',
  'server',
  'traceparent',
  'transfer-encoding',
  'user-agent',
  'vary',
  'via',
  'x-correlation-id',
  'x-ratelimit-limit',
  'x-ratelimit-remaining',
  'x-ratelimit-reset',
  'x-request-id',
])

/** Headers as they may be kept: values of names known to be harmless, `***` for every other. */
export function maskHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const masked: Record<string, string> = {}
  for (const name of Object.keys(headers)) {
    masked[name] = shown.has(name.toLowerCase()) ? (headers[name] ?? '') : '***'
  }
  return masked
}
