import { exactNumber } from '@leadline/formats'
import type { FieldType } from './field-type.ts'

// What numbers mostly look like: a double holds all of it, and nothing is to be dropped.
const usual = /^-?(?:0|[1-9]\d{0,12})(?:\.\d{1,2})?$/
const scientific = /^-?\d+(?:\.\d+)?e[+-]?\d{1,3}$/i
const decimal = /^-?(?:\d+\.?\d*|\.\d+)$/

/** A number in whatever surrounds it: `$85,000` is 85000. Digits beyond what a double holds are kept. */
export const numberType: FieldType = {
  name: 'number',
  sensitive: false,
  components: [],
  read: (text, { raw }) => {
    if (typeof raw === 'object' || typeof raw === 'number') return { normal: raw }
    if (usual.test(text)) return { normal: Number(text) + 0 }
    const trimmed = text.trim()
    const digits = scientific.test(trimmed) ? trimmed : text.replace(/[^\d.-]/g, '')
    if (digits !== trimmed && !decimal.test(digits)) return undefined
    // A negative zero is written as zero, and would be read back so.
    const number = Number(digits) + 0
    return digits === '' || !Number.isFinite(number) ? undefined : { normal: exactNumber(jsonNumber(digits), number) }
  },
}

/** `.5`, `5.` and `007` are written otherwise in JSON. */
function jsonNumber(digits: string): string {
  return digits
    .replace(/^(-?)0+(?=\d)/, '$1')
    .replace(/^(-?)\./, '$10.')
    .replace(/\.$/, '')
}
