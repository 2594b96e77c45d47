import { type Json, LeadlineError } from '@leadline/domain'
import { scalarText } from './scalar-text.ts'

export interface FixedColumn {
  /** For the message when a value is too long. */
  readonly name: string
  readonly width: number
  readonly align: 'left' | 'right'
  /** One ASCII character. */
  readonly pad: string
}

export interface FixedLayout {
  /** What becomes of a value that is too long: its end is cut off, or the lead cannot be sent. */
  readonly overflow: 'cut' | 'refuse'
  /** What widths count; bytes are those of UTF-8. */
  readonly unit: 'characters' | 'bytes'
}

/** One record of columns in fixed places; line breaks become blanks. Throws INVALID_VALUE for a value that is too long and may not be cut. */
export function formatFixedWidth(columns: readonly FixedColumn[], values: readonly Json[], layout: FixedLayout): string {
  return columns.map((column, index) => fitted(column, scalarText(values[index] ?? null), layout)).join('')
}

function fitted(column: FixedColumn, value: string, { overflow, unit }: FixedLayout): string {
  const text = value.toWellFormed().replace(/\r\n|[\r\n\t]/g, ' ')
  const length = lengthIn(unit, text)
  if (length > column.width && overflow === 'refuse') {
    const { name, width } = column
    const message = `the value of "${name}" is longer than its ${width} ${unit}`
    throw new LeadlineError('INVALID_VALUE', message, { fields: { column: name, width } })
  }
  const kept = length > column.width ? cut(text, column.width, unit) : text
  const padding = column.pad.repeat(column.width - lengthIn(unit, kept))
  return column.align === 'left' ? kept + padding : padding + kept
}

/** Whole characters only: one that does not fit as a whole is left out. */
function cut(text: string, width: number, unit: FixedLayout['unit']): string {
  let kept = ''
  let used = 0
  for (const character of text) {
    used += unit === 'bytes' ? Buffer.byteLength(character) : 1
    if (used > width) break
    kept += character
  }
  return kept
}

function lengthIn(unit: FixedLayout['unit'], text: string): number {
  if (unit === 'bytes') return Buffer.byteLength(text)
  let length = 0
  for (const _ of text) length += 1
  return length
}
