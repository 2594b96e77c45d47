import type { Json } from '@leadline/domain'
import { scalarText } from './scalar-text.ts'

export interface CsvLayout {
  /** One character between the cells. */
  readonly delimiter: ',' | ';' | '\t'
  /** `always`: every cell stands in quotes; `needed`: those that could be misread. */
  readonly quotes: 'needed' | 'always'
}

/** One CSV record without its line end (RFC 4180). */
export function formatCsv(cells: readonly Json[], { delimiter, quotes }: CsvLayout): string {
  const write = quotes === 'always' ? inQuotes : (text: string) => csvCell(text, delimiter)
  return cells.map((cell) => write(scalarText(cell).toWellFormed())).join(delimiter)
}

/** A cell with a delimiter, quote, line break or outer blank stands in quotes; others as they are. */
export function csvCell(text: string, delimiter: CsvLayout['delimiter']): string {
  return unsafe[delimiter].test(text) ? inQuotes(text) : text
}

const unsafe = {
  ',': /[",\r\n]|^\s|\s$/,
  ';': /[";\r\n]|^\s|\s$/,
  '\t': /["\t\r\n]|^\s|\s$/,
} as const

/** A quote within is doubled. */
function inQuotes(text: string): string {
  return `"${text.replaceAll('"', '""')}"`
}
