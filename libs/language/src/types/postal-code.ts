import type { FieldType } from './field-type.ts'

const us = /^(\d{5})(?:[-\s]*(\d{4}))?$/
// Letters that no Canadian code has would be read as digits (D, F, I, O, Q, U), and W and Z never come first.
const canadian = /^([ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z])[-\s]*(\d[ABCEGHJ-NPRSTV-Z]\d)$/
const british = /^(GIR|[A-Z]{1,2}\d[A-Z\d]?)[-\s]*(0AA|\d[ABD-HJLNP-UW-Z]{2})$/

/** Codes of the United States (five or nine digits), Canada and the United Kingdom. */
export const postalCodeType: FieldType = {
  name: 'postal_code',
  sensitive: false,
  components: ['country_code', 'zip', 'four'],
  settled: /^\d{5}(?:-\d{4})?$/,
  read: (text) => {
    const code = text.trim().toUpperCase()
    const [, zip, four = null] = us.exec(code) ?? []
    if (zip !== undefined) {
      return { normal: four === null ? zip : `${zip}-${four}`, components: { country_code: 'US', zip, four } }
    }
    return readPair(code, canadian, 'CA') ?? readPair(code, british, 'GB')
  },
}

function readPair(code: string, pattern: RegExp, country: string) {
  const [, first, second] = pattern.exec(code) ?? []
  return first && second
    ? { normal: `${first} ${second}`, components: { country_code: country, zip: null, four: null } }
    : undefined
}
