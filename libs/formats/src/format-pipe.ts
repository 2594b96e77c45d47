import type { Json } from '@leadline/domain'
import { scalarText } from './scalar-text.ts'

/** What becomes of a `|` in a value: `\|` (and `\\` of a backslash), or a blank for receivers that know no escapes. */
export type PipeEscape = 'backslash' | 'blank'

/** Values in their order with `|` between them; line breaks become blanks, because the record is one line. */
export function formatPipe(values: readonly Json[], pipes: PipeEscape): string {
  return values
    .map((value) =>
      cell(
        scalarText(value)
          .toWellFormed()
          .replace(/\r\n|[\r\n]/g, ' '),
        pipes,
      ),
    )
    .join('|')
}

function cell(text: string, pipes: PipeEscape): string {
  return pipes === 'backslash' ? text.replace(/[\\|]/g, '\\$&') : text.replaceAll('|', ' ')
}
