import { type Json, LeadlineError } from '@leadline/domain'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseJson, rereadJson, stringifyJson } from './json.ts'

const limits = { depth: 10, keys: 5, bytes: 100 }

describe('parsing JSON', () => {
  it.each([
    '12345678901234567890',
    '9007199254740993',
    '3.14159265358979323846264338327950288',
    '1e400',
    '-1e-400',
    '0.1000000000000000055',
  ])('keeps every digit of %s', (digits) => {
    expect(stringifyJson(parseJson(`{"n":[${digits}]}`))).toBe(`{"n":[${digits}]}`)
  })

  it.each([
    ['250000', 250_000],
    ['0.1', 0.1],
    ['9007199254740992', 9_007_199_254_740_992],
    ['1e2', 100],
    ['0.000000000000000001', 1e-18],
    ['1.50000000000000000000', 1.5],
  ])('reads %s as a plain number, for a double holds it', (text, number) => {
    expect(parseJson(text)).toBe(number)
  })

  it('gives back every document that JSON can write', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const text = JSON.stringify(value)
        expect(stringifyJson(parseJson(text))).toBe(text)
      }),
    )
  })

  it('keeps the value of every decimal number', () => {
    const digits = fc.stringMatching(/^-?(0|[1-9][0-9]{0,30})\.[0-9]{1,30}[1-9]$/)
    fc.assert(
      fc.property(digits, (text) => {
        expect(decimal(stringifyJson(parseJson(text)))).toBe(decimal(text))
      }),
    )
  })

  it('treats __proto__ as a key like any other', () => {
    const value = parseJson('{"__proto__":{"admin":true}}')
    expect(Object.keys(Object(value))).toEqual(['__proto__'])
    expect(Reflect.get({}, 'admin')).toBeUndefined()
    expect(stringifyJson(value)).toBe('{"__proto__":{"admin":true}}')
  })

  it('drops raw control characters inside strings, and only there', () => {
    expect(parseJson('{\n\t"a":"9\t Elm St\r\n"}')).toEqual({ a: '9 Elm St' })
    expect(mistake('[1\u00002]')).toMatchObject({ code: 'BODY_UNPARSABLE', fields: { line: 1, column: 3 } })
  })
})

describe('malformed JSON', () => {
  it.each([
    { text: '', line: 1, column: 1 },
    { text: '{"a":1', line: 1, column: 7 },
    { text: '{\n  "a": 1,\n  "b": oops\n}', line: 3, column: 8 },
    { text: '[1,]', line: 1, column: 4 },
    { text: '[1 2]', line: 1, column: 4 },
    { text: '{a:1}', line: 1, column: 2 },
    { text: '{"a":1}}', line: 1, column: 8 },
    { text: '"open', line: 1, column: 1 },
    { text: '["\\x"]', line: 1, column: 2 },
    { text: '01', line: 1, column: 2 },
    { text: '\ud83d', line: 1, column: 1 },
  ])('is refused with its place: $text', ({ text, line, column }) => {
    expect(mistake(text)).toMatchObject({ code: 'BODY_UNPARSABLE', fields: { line, column } })
  })

  it('is placed for every text that JSON.parse refuses', () => {
    const pieces = fc.array(fc.constantFrom('{', '}', '[', ']', ',', ':', '"a"', '"b"', '1', '-', 'tru', 'null', ' ', '"'), {
      maxLength: 12,
    })
    fc.assert(
      fc.property(pieces, (parts) => {
        const text = parts.join('')
        expect(mistake(text) === undefined).toBe(isPlainJson(text))
      }),
      { numRuns: 2_000 },
    )
  })

  it('is not quoted in the error, for it is personal data', () => {
    expect(mistake('{"ssn": 078-05-1120}')?.message).not.toContain('078')
  })
})

describe('a repeated key', () => {
  it.each([
    { text: '{"a":1,"a":2}', key: '"a"' },
    { text: '{"x":{"a":1,"\\u0061":2}}', key: '"\\u0061"' },
    { text: '{"__proto__":1,"__proto__":2}', key: '"__proto__"' },
  ])('is refused by name: $text', ({ text, key }) => {
    expect(mistake(text)).toMatchObject({
      code: 'BODY_UNPARSABLE',
      message: expect.stringContaining(`the key ${key} is there twice`),
    })
  })

  it('is no mistake in two different objects', () => {
    expect(parseJson('[{"a":1},{"a":{"a":2}}]')).toEqual([{ a: 1 }, { a: { a: 2 } }])
  })
})

describe('a limit', () => {
  it.each([
    { what: 'depth', text: '['.repeat(100_000), code: 'BODY_TOO_COMPLEX' },
    { what: 'depth of a closed document', text: '[[[[[[[[[[[]]]]]]]]]]]', code: 'BODY_TOO_COMPLEX' },
    { what: 'keys', text: '{"a":{"b":1,"c":2},"d":{"e":1,"f":2}}', code: 'BODY_TOO_COMPLEX' },
    { what: 'bytes, counted as UTF-8', text: JSON.stringify('é'.repeat(60)), code: 'BODY_TOO_LARGE' },
  ])('of $what is kept', ({ text, code }) => {
    expect(mistake(text, { ...limits, bytes: text.length + 10 })?.code).toBe(code)
  })

  it('is not reached by punctuation inside strings', () => {
    expect(parseJson('["[[[[[[[[[[[[", ":::::::::"]', limits)).toHaveLength(2)
  })
})

function mistake(text: string, within?: typeof limits): LeadlineError | undefined {
  try {
    parseJson(text, within)
    return undefined
  } catch (error) {
    if (error instanceof LeadlineError) return error
    throw error
  }
}

function isPlainJson(text: string): boolean {
  try {
    const value: Json = JSON.parse(text)
    return countKeys(value) === (text.replaceAll(/"[^"]*"/g, '').match(/:/g) ?? []).length
  } catch {
    return false
  }
}

function countKeys(value: Json): number {
  if (typeof value !== 'object' || value === null) return 0
  const own = Array.isArray(value) ? 0 : Object.keys(value).length
  return Object.values(value).reduce((sum: number, item) => sum + countKeys(item), own)
}

/** Digits and power of ten of a number without exponent, or with the one a small double is written with. */
function decimal(text: string): string {
  const [mantissa = '', power = '0'] = text.replace('-', '').split('e')
  const [whole = '', fraction = ''] = mantissa.split('.')
  return `${BigInt(whole + fraction.padEnd(62 + Number(power), '0'))}`
}

describe('reading JSON that we wrote', () => {
  it('gives what parsing gives', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const text = JSON.stringify(value)
        expect(rereadJson(text)).toEqual(parseJson(text))
      }),
    )
  })

  it('keeps every digit of numbers of any length', () => {
    const digits = fc.stringMatching(/^-?[1-9][0-9]{0,25}(\.[0-9]{0,20}[1-9])?(e[1-9][0-9]?)?$/)
    fc.assert(
      fc.property(digits, (number) => {
        const text = stringifyJson(parseJson(`{"n":${number}}`))
        expect(stringifyJson(rereadJson(text))).toBe(text)
      }),
    )
  })

  // A number that a double may not hold, so that digits are looked at.
  it.each([
    { what: 'has more keys', text: stringifyJson({ rows: Array(10_001).fill({ id: '7e' }), n: 1e21 }) },
    // A list under the name of the step that appended it, or an accepted XML body with lists on every level.
    { what: 'is nested deeper', text: nested(200, '1e400') },
  ])('reads all of a text that $what than a body may be', ({ text }) => {
    expect(stringifyJson(rereadJson(text))).toBe(text)
  })

  it('refuses text that is nested without end, instead of ending the stack', () => {
    const text = nested(1_000_000, '1e400')
    expect(() => rereadJson(text)).toThrow(
      expect.objectContaining({ code: 'BODY_TOO_COMPLEX', fields: { what: 'depth', limit: 500 } }),
    )
  })

  it('still says where other text is wrong', () => {
    expect(() => rereadJson('{"a":')).toThrow(expect.objectContaining({ code: 'BODY_UNPARSABLE' }))
  })
})

function nested(levels: number, within: string): string {
  return '['.repeat(levels) + within + ']'.repeat(levels)
}
