import { LeadlineError } from '@leadline/domain'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bitmapSpan, decodeMetadata, encodeMetadata, type LaneMetadata, runHoles } from './offset-map.ts'

const stamp = { owner: '0123456789ab', sequence: 7 }
const metadata = (over: Partial<LaneMetadata>): LaneMetadata => ({
  stamp,
  base: 1_000,
  starts: 0,
  suspect: null,
  runs: [],
  ...over,
})

describe('the offset map', () => {
  it('reads back whatever it wrote', () => {
    const runs = fc
      .array(fc.integer({ min: 1, max: 300 }), { maxLength: 200 })
      .map((lengths) => (lengths.length % 2 === 0 ? lengths : lengths.slice(1)))
    fc.assert(
      fc.property(runs, fc.nat(2 ** 31), fc.nat(9), (lengths, base, starts) => {
        const written = metadata({ runs: lengths, base: base * 4_000_000, starts, suspect: base * 4_000_000 + 3 })
        expect(decodeMetadata(encodeMetadata(written))).toEqual(written)
      }),
    )
  })

  it('fits 4,096 characters at its worst: every other offset done over the whole bitmap span', () => {
    const text = encodeMetadata(metadata({ runs: Array.from({ length: bitmapSpan }, () => 1) }))
    expect(text.length).toBeLessThanOrEqual(4_096)
  })

  it('fits 4,096 characters with the most holes over the longest span', () => {
    const runs = Array.from({ length: (runHoles + 1) * 2 }, (_, index) => (index % 2 === 0 ? 130 : 260))
    expect(encodeMetadata(metadata({ runs })).length).toBeLessThanOrEqual(4_096)
  })

  it('stays under 100 characters when one record is stuck and 150,000 after it are done', () => {
    expect(encodeMetadata(metadata({ runs: [1, 150_000] })).length).toBeLessThan(100)
  })

  it.each([
    ['metadata of another program', 'AQAAAXVYRG8Z'],
    ['a cut text', encodeMetadata(metadata({ runs: [1, 5, 2, 9] })).slice(0, -3)],
    [
      'a changed character',
      encodeMetadata(metadata({ runs: [1, 5] })).replace(/.(?=.{9}$)/, (char) => (char === 'A' ? 'B' : 'A')),
    ],
    ['an unknown version', encodeMetadata(metadata({})).replace('LL1.', 'LL9.')],
  ])('refuses %s', (_, text) => {
    expect(() => decodeMetadata(text)).toThrow(LeadlineError)
  })
})
