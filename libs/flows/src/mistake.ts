import { LeadlineError } from '@leadline/domain'

/** Something wrong in a flow file, with its place. */
export interface Mistake {
  readonly file: string
  /** 1 the first. */
  readonly line: number
  readonly path: readonly (string | number)[]
  readonly message: string
}

/** A mistake before it is known where its field stands. */
export type Issue = Pick<Mistake, 'path' | 'message'>

/** All mistakes of all files in one CONFIGURATION error, one line each: `file:line: field: what`. */
export function configurationError(mistakes: readonly Mistake[], redact: (text: string) => string): LeadlineError {
  const lines = mistakes.map(({ file, line, path, message }) => `${file}:${line}: ${fieldName(path)}${message}`)
  const title = mistakes.length === 1 ? 'a flow has a mistake' : `the flows have ${mistakes.length} mistakes`
  const [first] = mistakes
  return new LeadlineError('CONFIGURATION', redact(`${title}:\n${lines.map((line) => `  ${line}`).join('\n')}`), {
    fields: { mistakes: mistakes.length, file: first?.file ?? null, line: first?.line ?? null },
  })
}

function fieldName(path: Mistake['path']): string {
  return path.length === 0 ? '' : `${path.join('.')}: `
}
