import type { OutgoingRecord } from './log.ts'

export type Headers = OutgoingRecord['headers']

/** Counts once for records that follow each other with the very same headers, as the events of a lead's first walk have. */
export function onceForSame(count: (headers: Headers) => number): (headers: Headers) => number {
  let last: Headers | undefined
  let counted = 0
  return (headers) => {
    if (headers !== last) counted = count(headers)
    last = headers
    return counted
  }
}
