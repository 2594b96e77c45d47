import { LeadlineError } from '@leadline/domain'

/** A mistake in a template, path or condition, with its place (1-based) in the text. */
export class SyntaxMistake extends LeadlineError {
  override readonly name = 'SyntaxMistake'
  /** What is wrong, without the place. */
  readonly what: string
  readonly line: number
  readonly column: number

  constructor(message: string, text: string, index: number) {
    const before = text.slice(0, index).split('\n')
    const line = before.length
    const column = (before[line - 1] ?? '').length + 1
    super('CONFIGURATION', `${message} (line ${line}, column ${column})`, { fields: { line, column } })
    this.what = message
    this.line = line
    this.column = column
  }
}
