import parsePhoneNumber, { type PhoneNumber } from 'libphonenumber-js/max'

/** A number that somebody could have, as its numbering plan has it. */
export interface ReadPhone {
  readonly national: string
  /** ISO 3166; null for numbers of no single country. */
  readonly country: string | null
  readonly callingCode: number
  readonly extension: string | null
  readonly tollFree: boolean
}

// How Americans write: nothing but digits, usual punctuation, and an extension. Everything else is left to the library.
const american =
  /^(?:\+?1[\s.-]{0,2})?\(?(\d{3})\)?[\s.-]{0,3}(\d{3})[\s.-]{0,3}(\d{4})(?:\s{0,2},?\s{0,2}(?:x|ext\.?|#)\s{0,2}(\d{1,7}))?$/i
const tollFreeAreas = new Set(['800', '833', '844', '855', '866', '877', '888'])

/** Reads a number, of the United States unless it says otherwise; undefined for one that nobody can have. */
export function readPhoneNumber(text: string): ReadPhone | undefined {
  const [, area, exchange, line, extension = null] = american.exec(text) ?? []
  if (area !== undefined && exchange !== undefined) {
    const country = countryOf(area, exchange)
    if (country === undefined) return undefined
    return { national: `${area}${exchange}${line}`, country, callingCode: 1, extension, tollFree: tollFreeAreas.has(area) }
  }
  const parsed = parsePhoneNumber(text, { defaultCountry: 'US', extract: false })
  return parsed?.isValid() ? fromLibrary(parsed) : undefined
}

function fromLibrary(parsed: PhoneNumber): ReadPhone {
  const callingCode = Number(parsed.countryCallingCode)
  return {
    national: parsed.nationalNumber,
    country: parsed.country ?? (callingCode === 1 ? 'US' : null),
    callingCode,
    extension: parsed.ext ?? null,
    tollFree: callingCode === 1 ? tollFreeAreas.has(parsed.nationalNumber.slice(0, 3)) : parsed.getType() === 'TOLL_FREE',
  }
}

// In North America the first six digits decide whether a number exists and where. To ask the library takes 50 times as long as to remember
// what it said; there are 800,000 such prefixes, and far fewer in use.
const countries = new Map<string, string | undefined>()
const mostRemembered = 50_000

function countryOf(area: string, exchange: string): string | undefined {
  const prefix = area + exchange
  if (countries.has(prefix)) return countries.get(prefix)
  const parsed = parsePhoneNumber(`${prefix}0100`, { defaultCountry: 'US', extract: false })
  const country = parsed?.isValid() ? (parsed.country ?? 'US') : undefined
  if (countries.size >= mostRemembered) countries.clear()
  countries.set(prefix, country)
  return country
}
