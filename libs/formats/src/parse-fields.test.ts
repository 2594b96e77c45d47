import { LeadlineError } from '@leadline/domain'
import { describe, expect, it } from 'vitest'
import { defaultLimits } from './limits.ts'
import { parseFields, parseQuery } from './parse-fields.ts'

describe('a submitted body', () => {
  it.each([
    { type: 'application/json', body: '{"a":"1"}' },
    { type: 'application/json; charset=utf-8', body: '\ufeff{"a":"1"}' },
    { type: 'Application/Vnd.Partner+JSON; charset="UTF-8"', body: '{"a":"1"}' },
    { type: 'application/x-www-form-urlencoded', body: 'a=1' },
    { type: 'text/xml', body: '<lead><a>1</a></lead>' },
    { type: 'application/xml', body: '\ufeff<?xml version="1.0"?>\n<lead a="1"/>' },
    { type: 'application/atom+xml', body: '<lead><a>1</a></lead>' },
  ])('is read as $type', ({ type, body }) => {
    expect(parseFields(type, Buffer.from(body))).toEqual({ a: '1' })
  })

  it.each([
    { type: 'application/json; charset=iso-8859-1', body: '{"city":"M\xfcnchen"}' },
    { type: 'text/xml; charset=windows-1252', body: '<lead><city>M\xfcnchen</city></lead>' },
    { type: 'text/xml', body: '<?xml version="1.0" encoding="ISO-8859-1"?><lead><city>M\xfcnchen</city></lead>' },
    { type: 'application/x-www-form-urlencoded; charset=ISO-8859-1', body: 'city=M%FCnchen' },
    { type: 'application/x-www-form-urlencoded; charset=latin1', body: 'city=M\xfcnchen' },
    { type: 'application/json; charset=iso-8859-15', body: '{"city":"M\xfcnchen"}' },
  ])('in another charset is read in it: $type', ({ type, body }) => {
    expect(parseFields(type, Buffer.from(body, 'latin1'))).toEqual({ city: 'München' })
  })

  it.each([
    { what: 'JSON', type: 'application/json', body: Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]) },
    { what: 'a form', type: 'application/x-www-form-urlencoded', body: Buffer.from('city=M%FCnchen') },
    { what: 'a JSON array', type: 'application/json', body: Buffer.from('[1]') },
    { what: 'nothing', type: 'application/json', body: Buffer.alloc(0) },
  ])('that is no UTF-8, or no object, is unparsable: $what', ({ type, body }) => {
    expect(codeOf(() => parseFields(type, body))).toBe('BODY_UNPARSABLE')
  })

  it.each([
    'image/png',
    'text/plain',
    '',
    'application/json; charset=klingon-8',
    'application/x-www-form-urlencoded; charset=utf-16',
    'application/jsonp',
    'constructor; charset=constructor',
  ])('of type %j is not supported', (type) => {
    expect(codeOf(() => parseFields(type, Buffer.from('{}')))).toBe('BODY_UNSUPPORTED_TYPE')
  })

  it('without a content type is not supported', () => {
    expect(codeOf(() => parseFields(undefined, Buffer.from('{}')))).toBe('BODY_UNSUPPORTED_TYPE')
  })

  it.each(['application/json', 'text/xml', 'application/x-www-form-urlencoded'])(
    'that is too long is refused before it is parsed: %s',
    (type) => {
      expect(codeOf(() => parseFields(type, Buffer.alloc(101, 'x'), { ...defaultLimits, bytes: 100 }))).toBe('BODY_TOO_LARGE')
    },
  )
})

describe('a query string', () => {
  it.each(['?campaign=c7&x.y=1', 'campaign=c7&x.y=1'])('is read like a form: %s', (search) => {
    expect(parseQuery(search)).toEqual({ campaign: 'c7', x: { y: '1' } })
  })
})

function codeOf(run: () => unknown): string {
  try {
    run()
    return 'nothing thrown'
  } catch (error) {
    return error instanceof LeadlineError ? error.code : String(error)
  }
}
