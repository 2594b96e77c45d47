import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileLinearPattern, type LinearPattern } from './linear-pattern.ts'

function pattern(source: string, flags = ''): LinearPattern {
  const compiled = compileLinearPattern(source, flags)
  if (compiled.type === 'refused') throw new Error(compiled.why)
  return compiled.pattern
}

function refusal(source: string, flags = ''): string {
  const compiled = compileLinearPattern(source, flags)
  return compiled.type === 'refused' ? compiled.why : ''
}

describe('a linear pattern', () => {
  it('finds groups, and blanks where a group took no part', () => {
    expect(pattern('price: \\$(\\d+\\.\\d{2})').match('ID: 1 and price: $45.00')?.[1]).toBe('45.00')
    expect(pattern('(a)|(b)').match('b')).toEqual(['b', undefined, 'b'])
    expect(pattern('x').match('b')).toBeUndefined()
  })

  it('replaces as JavaScript does', () => {
    expect(pattern('\\D').replaceAll('(737) 874-2833', '')).toBe('7378742833')
    expect(pattern('(\\w+) (\\w+)').replaceFirst('a b a b', '$2-$1-$&-$$-$3')).toBe('b-a-a b-$-$3 a b')
    expect(pattern('x*').replaceAll('axb', '.')).toBe('axb'.replace(/x*/g, '.'))
    expect(pattern('A', 'i').replaceAll('aAb', 'x')).toBe('xxb')
  })

  it('splits, and reads escapes of JavaScript', () => {
    expect(pattern('\\s*[,;]\\s*').split('a , b;c')).toEqual(['a', 'b', 'c'])
    expect(pattern('').split('ab')).toEqual(['a', 'b'])
    expect(pattern('\\u00e9\\u{1F600}').test('é😀')).toBe(true)
  })

  it('takes time in proportion to the text, whatever the pattern', () => {
    const text = `${'a'.repeat(50_000)}!`
    const started = process.cpuUsage()
    for (const source of ['(a+)+$', '(a|aa)+$', '(.*)*x', '(a*)*b']) expect(pattern(source).test(text)).toBe(false)
    // A backtracking engine would need longer than the universe is old.
    expect(process.cpuUsage(started).user).toBeLessThan(5_000_000)
  })

  it('refuses what cannot be done so, and says why', () => {
    expect(refusal('(a)\\1')).toMatch(/refers back/)
    expect(refusal('(?<n>a)\\k<n>')).toMatch(/refers back/)
    expect(refusal('a(?=b)')).toMatch(/looks ahead or behind/)
    expect(refusal('(?<!b)a')).toMatch(/looks ahead or behind/)
    expect(refusal('a(')).toMatch(/cannot be read/)
    expect(refusal('((a{900}){900}){900}')).toMatch(/cannot be read/)
    expect(refusal('a'.repeat(1_001))).toMatch(/more than 1000/)
    expect(refusal('a', 'y')).toMatch(/flag "y"/)
  })

  it('gives one answer, whichever engine runs it', () => {
    const sources = ['\\D', '\\d+', '[^0-9]+', '[A-Z]*', ', ', 'a-b\\.\\d', '\\W']
    fc.assert(
      fc.property(fc.constantFrom(...sources), fc.string({ unit: fc.constantFrom(...'aB1-, .é😀') }), (source, text) => {
        // A group keeps the pattern from being trivial.
        expect(pattern(source).replaceAll(text, '<$&>')).toBe(pattern(`(?:${source})`).replaceAll(text, '<$&>'))
        for (const replacement of ["<$`|$'|$<n>|$1|$0|$$|$&>", '$']) {
          expect(pattern(source).replaceAll(text, replacement)).toBe(pattern(`(?:${source})`).replaceAll(text, replacement))
          expect(pattern(source).replaceFirst(text, replacement)).toBe(pattern(`(?:${source})`).replaceFirst(text, replacement))
        }
        expect(pattern(source).match(text)?.[0]).toBe(pattern(`(?:${source})`).match(text)?.[0])
      }),
      { seed: 1, numRuns: 200 },
    )
  })
})
