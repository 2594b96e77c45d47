import type { Json } from '@leadline/domain'
import type { LinearPattern } from '../linear-pattern.ts'
import { textOf } from '../text-of.ts'
import type { FieldType, Reading } from './field-type.ts'

/** A type that a flow makes out of another one: what must hold besides. */
export interface OwnType {
  readonly name: string
  readonly base: FieldType
  /** Undefined: as sensitive as its base. */
  readonly sensitive?: boolean
  /** The only values there are; another spelling of one (case, blanks at the ends) is read as it. */
  readonly oneOf?: readonly string[]
  /** The normal form must have a match. */
  readonly matches?: LinearPattern
  /** Lowest and highest, both allowed: of a number, of both ends of a range, or of a date (`YYYY-MM-DD`). */
  readonly min?: number | string
  readonly max?: number | string
}

/** The type by which such a field is read: as its base reads it; where the rule does not hold, it cannot be read. */
export function ownType(own: OwnType): FieldType {
  const { name, base, sensitive = base.sensitive, oneOf, matches, min, max } = own
  const spellings = oneOf && new Map(oneOf.map((value) => [foldedText(value), value]))
  return {
    ...base,
    name,
    sensitive,
    read: (text, given) => {
      const reading = base.read(text, given)
      if (reading === undefined || reading.valid === false) return undefined
      if (spellings) {
        const value = spellings.get(foldedText(textOf(reading.normal)))
        return value === undefined ? undefined : { ...reading, normal: base.name === 'string' ? value : reading.normal }
      }
      if (matches && !matches.test(textOf(reading.normal))) return undefined
      return isWithin(reading, min, max) ? reading : undefined
    },
  }
}

function isWithin(reading: Reading, min: number | string | undefined, max: number | string | undefined): boolean {
  if (min === undefined && max === undefined) return true
  const { min: low = reading.normal, max: high = reading.normal } = reading.components ?? {}
  return (min === undefined || isOrdered(min, low)) && (max === undefined || isOrdered(high, max))
}

/** Numbers as numbers, dates as text; a limit that nothing can be compared with holds for nothing. */
function isOrdered(low: Json, high: Json): boolean {
  if (typeof low === 'number' && typeof high === 'number') return low <= high
  return typeof low === 'string' && typeof high === 'string' && low <= high
}

function foldedText(text: string): string {
  return text.trim().toLowerCase()
}
