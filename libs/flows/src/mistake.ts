import { LeadlineError } from '@leadline/domain'

/** Where something stands in a text; 1 the first. */
export interface Place {
  readonly line: number
  readonly column: number
}

/** Something wrong in a flow file, with its place. */
export interface Mistake extends Place {
  readonly file: string
  readonly path: readonly (string | number)[]
  readonly message: string
}

/** A mistake before it is known where its field stands; `place`: within the field's text, when that is known. */
export interface Issue extends Pick<Mistake, 'path' | 'message'> {
  readonly place?: Place
}

/** `file:line:column: field: what`. */
export function describeMistake(mistake: Mistake): string {
  return `${mistake.file}:${mistake.line}:${mistake.column}: ${whatIsWrong(mistake)}`
}

function whatIsWrong({ path, message }: Mistake): string {
  return path.length === 0 ? message : `${path.join('.')}: ${message}`
}

/** All mistakes of all files in one CONFIGURATION error, one line each: `file:line: field: what`. */
export function configurationError(mistakes: readonly Mistake[], redact: (text: string) => string): LeadlineError {
  const lines = mistakes.map((mistake) => `${mistake.file}:${mistake.line}: ${whatIsWrong(mistake)}`)
  const title = mistakes.length === 1 ? 'a flow has a mistake' : `the flows have ${mistakes.length} mistakes`
  const [first] = mistakes
  return new LeadlineError('CONFIGURATION', redact(`${title}:\n${lines.map((line) => `  ${line}`).join('\n')}`), {
    fields: { mistakes: mistakes.length, file: first?.file ?? null, line: first?.line ?? null },
  })
}
