import type { FieldType } from './field-type.ts'

const brands: readonly (readonly [RegExp, string])[] = [
  [/^4/, 'visa'],
  [/^(?:5[1-5]|2(?:22[1-9]|2[3-9]|[3-6]|7[01]|720))/, 'mastercard'],
  [/^3[47]/, 'amex'],
  [/^(?:6011|64[4-9]|65)/, 'discover'],
  [/^3(?:0[0-5]|[689])/, 'diners'],
  [/^35/, 'jcb'],
]

/** A card number whose check digit is right; a starred one needs its last four digits only. */
export const creditCardType: FieldType = {
  name: 'credit_card',
  sensitive: true,
  components: ['brand', 'last_four'],
  read: (text) => {
    const normal = text.replace(/[\s-]/g, '')
    const masked = /^[\d*]{8,15}[\d*]{4}$/.test(normal) && normal.includes('*')
    if (!masked && !(/^\d{12,19}$/.test(normal) && hasCheckDigit(normal))) return undefined
    const brand = brands.find(([pattern]) => pattern.test(normal))?.[1] ?? null
    return { normal, masked, components: { brand, last_four: normal.slice(-4) } }
  },
}

/** Luhn: every second digit from the right is doubled, and the sum of all digits ends in 0. */
function hasCheckDigit(digits: string): boolean {
  let sum = 0
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits[digits.length - 1 - index])
    const doubled = index % 2 === 1 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}
