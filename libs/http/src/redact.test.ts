import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRedactor, maskHeaders } from './index.ts'

const secret = 's3cr3t/key+with="quotes"'
const redact = createRedactor([secret, 'demo', 'abc', ''])

describe('a redactor', () => {
  it('finds a secret in every spelling that an answer may echo', () => {
    const basic = Buffer.from(`user:${secret}`).toString('base64')
    const spellings = [
      secret,
      encodeURIComponent(secret),
      JSON.stringify(secret),
      Buffer.from(secret).toString('base64'),
      `Basic ${basic}`,
    ]
    for (const spelling of spellings) {
      const text = redact(`before ${spelling} after`)
      expect(text).toContain('***')
      expect(text).toMatch(/^before .* after$/)
      expect(text).not.toContain(spelling)
    }
  })

  it('finds the digits of a number in groups, and leaves other numbers alone', () => {
    const hide = createRedactor(['078051120'])
    expect(hide('ssn=078-05-1120 or 078 05 1120')).toBe('ssn=*** or ***')
    expect(hide('078051121, 078-05-112')).toBe('078051121, 078-05-112')
  })

  it('leaves nothing of a long secret in base64, wherever it starts', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 5 }),
        fc.string({ minLength: 8, maxLength: 40 }),
        fc.string({ maxLength: 5 }),
        (before, value, after) => {
          const encoded = Buffer.from(before + value + after).toString('base64')
          expect(Buffer.from(createRedactor([value])(encoded), 'base64').toString()).not.toContain(value)
        },
      ),
    )
  })

  it('finds a short secret only where it stands alone, and ignores those under four characters', () => {
    expect(redact('key=demo, democracy, abc')).toBe('key=***, democracy, abc')
  })

  it('changes nothing when there are no secrets', () => {
    expect(createRedactor([])('anything')).toBe('anything')
  })

  it('takes every character of a secret literally', () => {
    expect(createRedactor(['a.c(d)*['])('abc(d)*[ a.c(d)*[')).toBe('abc(d)*[ ***')
  })
})

describe('kept headers', () => {
  it('show the values of harmless names only', () => {
    expect(
      maskHeaders({ 'Content-Type': 'text/plain', Authorization: 'Bearer x', 'set-cookie': 'sid=1', 'X-Api-Key': 'k' }),
    ).toEqual({
      'Content-Type': 'text/plain',
      Authorization: '***',
      'set-cookie': '***',
      'X-Api-Key': '***',
    })
  })
})
