import { LeadlineError } from '@leadline/domain'

/** A malformed body: `offset` (UTF-16 units into `text`) becomes line and column, both from 1. Never quotes the text: it is personal data. */
export function unparsable(what: string, text: string, offset: number): LeadlineError {
  const { line, column } = placeOf(text, offset)
  return unparsableAt(what, line, column)
}

/** As `unparsable`, for a place already known as line and column, both from 1. */
export function unparsableAt(what: string, line: number, column: number): LeadlineError {
  return new LeadlineError('BODY_UNPARSABLE', `${what} at line ${line}, column ${column}`, { fields: { line, column } })
}

/** A body past one of the limits of `JsonLimits`, named in the fields. */
export function tooComplex(what: 'depth' | 'keys', limit: number): LeadlineError {
  const message = what === 'depth' ? `nested deeper than ${limit} levels` : `more than ${limit} keys`
  return new LeadlineError('BODY_TOO_COMPLEX', message, { fields: { limit, what } })
}

/** A body longer than `limit` bytes. */
export function tooLarge(limit: number): LeadlineError {
  return new LeadlineError('BODY_TOO_LARGE', `longer than ${limit} bytes`, { fields: { limit } })
}

function placeOf(text: string, offset: number): { line: number; column: number } {
  let line = 1
  let lineStart = 0
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) {
    line += 1
    lineStart = at + 1
  }
  return { line, column: offset - lineStart + 1 }
}
