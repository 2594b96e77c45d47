import type { JsonObject } from '@leadline/domain'
import type { FieldType, Reading } from './field-type.ts'
import { type PhoneHint, splitPhoneHint } from './phone-hint.ts'
import { type ReadPhone, readPhoneNumber } from './phone-number.ts'

/** A telephone number, of the United States unless it begins with `+` and another country's code. */
export const phoneType: FieldType = {
  name: 'phone',
  sensitive: false,
  components: [
    ...['area', 'exchange', 'line', 'number', 'extension'],
    ...['country_code', 'country_calling_code', 'e164', 'type', 'is_tollfree'],
  ],
  longest: 100,
  settled: /^\d{10}$/,
  read: (text, given) => {
    const { number, hint } = splitPhoneHint(text)
    const raw = hint === null ? given.raw : number
    const reading = number.includes('*') ? readStarred(number, hint) : readDigits(number, hint)
    return reading && { ...reading, raw }
  },
  // The digits alone would be read as another number, of the United States, and without their kind.
  kept: ({ normal, components: { country_calling_code: code, e164, extension, type } }) => {
    const number = code === 1 || typeof e164 !== 'string' ? normal : extension ? `${e164}x${extension}` : e164
    return type ? `${number} (${type})` : number
  },
}

function readDigits(number: string, hint: PhoneHint | null): Reading | undefined {
  const phone = readPhoneNumber(number)
  if (phone === undefined) return undefined
  const { national, extension } = phone
  return { normal: extension === null ? national : `${national}x${extension}`, components: componentsOf(phone, hint) }
}

/** Ten places, some of them stars: a number that was masked before it came here. */
function readStarred(number: string, hint: PhoneHint | null): Reading | undefined {
  const normal = number.replace(/[\s().-]/g, '').replace(/^\+?1(?=[\d*]{10}$)/, '')
  if (!/^[\d*]{10}$/.test(normal)) return undefined
  const phone = { national: normal, country: 'US', callingCode: 1, extension: null, tollFree: false }
  return { normal, masked: true, components: { ...componentsOf(phone, hint), e164: null } }
}

function componentsOf({ national, country, callingCode, extension, tollFree }: ReadPhone, hint: PhoneHint | null): JsonObject {
  const parts = callingCode === 1 ? partsOf(national) : { area: null, exchange: null, line: null, number: national }
  return {
    ...parts,
    extension,
    country_code: country,
    country_calling_code: callingCode,
    e164: `+${callingCode}${national}`,
    type: hint,
    is_tollfree: tollFree,
  }
}

function partsOf(national: string): JsonObject {
  return { area: national.slice(0, 3), exchange: national.slice(3, 6), line: national.slice(6), number: national.slice(3) }
}
