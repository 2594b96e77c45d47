import type { HttpResponse } from '@leadline/http'

/**
 * An answer as it is written down: a status line, headers, an empty line and the body, as HTTP has them; or the body alone, which then came
 * with 200 and no headers.
 */
export function readAnswerFile(text: string): HttpResponse {
  const [, statusText, rest = ''] = /^HTTP\/[\d.]+ +(\d{3})[^\n]*(?:\n([\s\S]*))?$/.exec(text) ?? []
  if (statusText === undefined) return { status: 200, headers: {}, body: Buffer.from(text) }
  const end = /\r?\n\r?\n|^\r?\n/.exec(rest)
  const [head, body] = end === null ? [rest, ''] : [rest.slice(0, end.index), rest.slice(end.index + end[0].length)]
  return { status: Number(statusText), headers: headersOf(head), body: Buffer.from(body) }
}

function headersOf(head: string): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const line of head.split('\n')) {
    const colon = line.indexOf(':')
    if (colon < 1) continue
    const name = line.slice(0, colon).trim().toLowerCase()
    const value = line.slice(colon + 1).trim()
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`
  }
  return headers
}
