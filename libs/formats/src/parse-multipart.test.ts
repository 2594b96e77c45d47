import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatMultipart } from './format-multipart.ts'
import { parseFields } from './parse-fields.ts'

const read = (text: string, boundary = 'x', encoding: BufferEncoding = 'utf8') =>
  parseFields(`multipart/form-data; boundary=${boundary}`, Buffer.from(text, encoding))
const part = (headers: string, content: string) => `--x\r\n${headers}\r\n\r\n${content}\r\n`
const field = (name: string, content: string) => part(`Content-Disposition: form-data; name="${name}"`, content)

describe('a multipart body', () => {
  it('has fields whose names nest and repeat', () => {
    const body = `${field('loan[amount]', '5')}${field('loan.why', 'a\r\nb')}${field('t', '1')}${field('t', '2')}--x--\r\n`
    expect(read(body)).toEqual({ loan: { amount: '5', why: 'a\r\nb' }, t: ['1', '2'] })
  })

  it('has files, and forgets one that nobody chose', () => {
    const disposition = 'content-disposition: form-data; name=doc; filename'
    const body = `preamble\r\n${part(`${disposition}="a%22b.txt"\r\nContent-Type: text/plain`, 'hi')}${part(`${disposition}=""`, '')}--x--`
    expect(read(body)).toEqual({ doc: { filename: 'a"b.txt', content_type: 'text/plain', content: 'aGk=' } })
  })

  it('is read in the charset of the part, else of the body', () => {
    const latin = part('Content-Disposition: form-data; name="a"\r\nContent-Type: text/plain; charset=iso-8859-1', 'é')
    expect(read(`${latin}--x--`, 'x', 'latin1')).toEqual({ a: 'é' })
    expect(
      parseFields('multipart/form-data; charset=latin1; boundary="x"', Buffer.from(`${field('b', 'é')}--x--`, 'latin1')),
    ).toEqual({
      b: 'é',
    })
  })

  it('is empty without parts', () => {
    expect(read('--x--')).toEqual({})
  })

  it.each([
    ['no boundary', '--x--', ''],
    ['another boundary', '--y--', 'x'],
    ['no end', field('a', '1'), 'x'],
    ['a part without a name', `${part('Content-Type: text/plain', '1')}--x--`, 'x'],
    ['a part without headers', '--x\r\nno blank line\r\n--x--', 'x'],
  ])('is refused with %s, and with the place', (_, body, boundary) => {
    expect(() => read(body, boundary)).toThrow(expect.objectContaining({ code: 'BODY_UNPARSABLE' }))
    expect(() => read(body, boundary)).toThrow(/line \d+, column \d+/)
  })

  it('with too many parts is refused', () => {
    const limits = { keys: 2, depth: 5, bytes: 1_000 }
    const body = Buffer.from(`${field('a', '')}${field('b', '')}${field('c', '')}--x--`)
    expect(() => parseFields('multipart/form-data; boundary=x', body, limits)).toThrow(
      expect.objectContaining({ code: 'BODY_TOO_COMPLEX' }),
    )
  })

  it('is read back as what was written', () => {
    const name = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !/[.[\]\\%]/.test(text))
    const parts = fc.uniqueArray(fc.record({ name, content: fc.string({ unit: 'grapheme' }) }), { selector: (one) => one.name })
    fc.assert(
      fc.property(parts, (written) => {
        const { body, contentType } = formatMultipart(written)
        expect(parseFields(contentType, body)).toEqual(Object.fromEntries(written.map((one) => [one.name, one.content])))
      }),
      { numRuns: 50, seed: 1 },
    )
  })
})
