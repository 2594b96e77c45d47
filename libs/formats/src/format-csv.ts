import type { Json } from '@leadline/domain'
import { scalarText } from './scalar-text.ts'

export interface CsvLayout {
  /** One character between the cells. */
  readonly delimiter: ',' | ';' | '\t'
  /** `always`: every cell stands in quotes; `needed`: those that could be misread. */
  readonly quotes: 'needed' | 'always'
}

/** One CSV record without its line end (RFC 4180): quotes are doubled, and a cell with a delimiter, quote, line break or outer blank is quoted. */
export function formatCsv(cells: readonly Json[], { delimiter, quotes }: CsvLayout): string {
  const needsQuotes = delimiter === ',' ? commaCell : delimiter === ';' ? semicolonCell : tabCell
  return cells
    .map((cell) => {
      const text = scalarText(cell).toWellFormed()
      return quotes === 'always' || needsQuotes.test(text) ? `"${text.replaceAll('"', '""')}"` : text
    })
    .join(delimiter)
}

const commaCell = /[",\r\n]|^\s|\s$/
const semicolonCell = /[";\r\n]|^\s|\s$/
const tabCell = /["\t\r\n]|^\s|\s$/
