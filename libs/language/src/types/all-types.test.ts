import type { Json } from '@leadline/domain'
import fc from 'fast-check'
import { parsePhoneNumberFromString } from 'libphonenumber-js/max'
import { describe, expect, it } from 'vitest'
import { isTyped, plainOf, type TypedValue } from '../typed-value.ts'
import type { FieldType } from './field-type.ts'
import { maskTyped } from './mask-value.ts'
import { parseType } from './parse-type.ts'
import { readPhoneNumber } from './phone-number.ts'
import { standardTypes } from './standard-types.ts'

const types = [...standardTypes.values()]
const seeded = { seed: 20_250_305, numRuns: 300 }
const now = Date.UTC(2025, 2, 5)

// What people write for each type, and what is left of it after a slip: a part lost, doubled, or something between.
const samples = fc.constantFrom(
  ...['yes', '$85,000.50', '-42', '1e5', '30 to 40', '$50k - $75k', '12.5+', 'over 100', '2024-01-01 - 2024-01-31', '-5--1'],
  ...['2025-03-05', '3/5/2025', '25.3.25', '03052025', 'March 5th, 2025', 'Wed, 5 Mar 2025', '**/**/1984', '1984-**-**'],
  ...['2025-03-05T14:15:16.789Z', 'Mar 5 2025 2:15 pm EST', 'Wed Mar 05 2025 08:15:16 GMT-0600 (CST)', '1741184116'],
  ...['(737) 874-2833', '+1 737 874 2833 x905', '+44 20 7946 0958 (work)', '737-***-****', 'w: 833-555-1212', '+447400123456'],
  ...['ann.lee+promo@mail.example.co.uk', 'x@gmail.com', '30318-4420', 'k1a 0b1', 'SW1A 1AA', 'Georgia', 'N.Y.', 'Québec'],
  ...['12-B Main St', 'Broadway Ave', 'Dr. Ana M. de la Cruz, Jr.', 'Smith, John', 'female', 'shop.example.org:8443/a?b=1#c'],
  ...[`https://cert.trustedform.com/${'a1'.repeat(20)}`, '203.0.113.7/24', '[2001:db8::5]:80', '078-05-1120', '***-**-1120'],
  ...['4111 1111 1111 1111', '************1111', 'p4ssw0rd'],
)
const slip = fc.record({
  at: fc.nat(60),
  length: fc.nat(6),
  between: fc.constantFrom('', '', ' ', '-', '*', '0', 'x', '\u0000', 'é', '😀'),
})
const slipped = fc
  .tuple(samples, slip)
  .map(([text, { at, length, between }]) => text.slice(0, at) + between + text.slice(at + length))
const written = fc.oneof({ weight: 3, arbitrary: samples }, { weight: 6, arbitrary: slipped }, fc.string({ unit: 'binary' }))

function single(type: FieldType, value: Json): TypedValue {
  const typed = parseType(type, value, now)
  if (!isTyped(typed)) throw new Error(`${type.name} gave no typed value`)
  return typed
}

function partsOf({ normal, valid, masked, components }: TypedValue) {
  return { normal, valid, masked, components }
}

describe.each(types.map((type) => [type.name, type] as const))('the type %s', (_name, type) => {
  it('never throws, keeps what it cannot read, and has only the components that it names', () => {
    fc.assert(
      fc.property(written, (text) => {
        const { valid, normal, components } = single(type, text)
        expect(valid || normal === text || type.name === 'boolean').toBe(true)
        expect(type.components).toEqual(expect.arrayContaining(Object.keys(components)))
      }),
      seeded,
    )
  })

  it('reads what an event keeps of a value as the same value', () => {
    fc.assert(
      fc.property(written, (text) => {
        const typed = single(type, text)
        const kept = typed.valid ? (type.kept?.(typed) ?? typed.normal) : typed.raw
        expect(partsOf(single(type, kept))).toEqual(partsOf(typed))
      }),
      seeded,
    )
  })

  it('leaves what was read already, null and lists of nothing as they are', () => {
    const typed = single(type, '737-874-2833')
    expect(parseType(type, typed, now)).toBe(typed)
    expect(parseType(type, null, now)).toBeNull()
    expect(parseType(type, [null], now)).toEqual([null])
  })

  it('shows nothing when it is masked but its length', () => {
    fc.assert(
      fc.property(written, (text) => {
        const { normal, raw, masked } = maskTyped(type, single(type, text))
        expect(masked).toBe(true)
        expect(`${normal}${raw}`.replace(type.name === 'dob' ? /\d{4}|[^\p{L}\p{N}]/gu : /\*/g, '')).toBe('')
      }),
      seeded,
    )
  })

  it('reads no text that is too long, however long it is', () => {
    const long = '1-'.repeat(500_000)
    expect(single(type, long).raw).toBe(long)
  })
})

const settling = types.flatMap((type) => (type.settled === undefined ? [] : [[type.name, type, type.settled] as const]))

describe.each(settling)('a text that %s calls settled', (_name, type, settled) => {
  it('goes out as it is, whether it can be read or not', () => {
    fc.assert(
      fc.property(fc.stringMatching(settled), (text) => {
        expect(plainOf(single(type, text))).toBe(text)
      }),
      seeded,
    )
  })
})

describe('what is remembered of American prefixes', () => {
  it('is what the library says of every number', () => {
    const digits = fc.integer({ min: 2_000_000_000, max: 9_999_999_999 }).map(String)
    const tenDigits = fc.tuple(
      fc.constantFrom('212', '340', '416', '505', '658', '684', '737', '800', '833', '868', '876', '900'),
      digits,
    )
    fc.assert(
      fc.property(
        fc.oneof(
          digits,
          tenDigits.map(([area, rest]) => area + rest.slice(3)),
        ),
        (number) => {
          const library = parsePhoneNumberFromString(number, { defaultCountry: 'US', extract: false })
          expect(readPhoneNumber(number)?.country).toBe(library?.isValid() ? library.country : undefined)
        },
      ),
      { seed: 20_250_305, numRuns: 1_500 },
    )
  })
})
