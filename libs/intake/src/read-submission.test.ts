import { defaultLimits } from '@leadline/formats'
import { describe, expect, it } from 'vitest'
import { announcedBytes, readSubmission, readSubmissionQuery } from './read-submission.ts'

const form = 'application/x-www-form-urlencoded'
const read = (search: string, text: string | null = null, contentType: string | undefined = form) => {
  const bytes = text === null ? null : Buffer.from(text)
  return readSubmission(readSubmissionQuery(search, defaultLimits), { contentType, bytes }, defaultLimits)
}

describe('a submission', () => {
  it('is body and query, nested too; the query wins', () => {
    expect(read('?loan.amount=7&a=2', 'a=1&b=3&loan.amount=5&loan.why=cash').fields).toEqual({
      a: '2',
      b: '3',
      loan: { amount: '7', why: 'cash' },
    })
  })

  it('is the query alone when there is no body, whatever its label', () => {
    expect(read('a=1', null, 'image/png').fields).toEqual({ a: '1' })
  })

  it('keeps what steers the request out of the lead', () => {
    expect(read('api_key=k&wait=5&a=1', 'is_ping=no&redir_url=https%3A%2F%2Fa.example%2Fthanks&api_key=k')).toEqual({
      fields: { a: '1' },
      isPing: false,
      redirectUrl: 'https://a.example/thanks',
    })
  })

  it('keeps names of prototypes as fields', () => {
    const { fields } = read('__proto__.x=1', '{"constructor":{"y":2},"__proto__":{"z":3}}', 'application/json')
    expect(JSON.stringify(fields)).toBe('{"constructor":{"y":2},"__proto__":{"z":3,"x":"1"}}')
  })

  it('goes to the first of several addresses', () => {
    expect(read('redir_url=http://a.example/&redir_url=http://b.example/&a=1').redirectUrl).toBe('http://a.example/')
  })

  it.each([
    'nowhere',
    'javascript:alert(1)',
    '//a.example',
    'ftp://a.example/',
    'http://u:p@a.example/',
    `http://a/${'x'.repeat(2_048)}`,
  ])('is refused when it is to go to %.30s', (address) => {
    expect(() => read(`a=1&redir_url=${encodeURIComponent(address)}`)).toThrow('redir_url must be')
  })

  it('without any field is refused', () => {
    expect(() => read('redir_url=http://a.example/')).toThrow('neither the body nor the query')
  })
})

describe('a consent certificate', () => {
  it('is renamed whatever the case of its field', () => {
    expect(read('', 'XXTrustedFormCERTUrl=c&a=1').fields).toEqual({ trustedform_cert_url: 'c', a: '1' })
  })

  it('does not replace the standard field', () => {
    expect(read('', 'xxTrustedFormCertUrl=c&trustedform_cert_url=own').fields).toEqual({ trustedform_cert_url: 'own' })
  })

  it('for pings counts on pings only', () => {
    expect(read('', 'xxTrustedFormPingUrl=p&a=1').fields).toEqual({ a: '1' })
    expect(read('is_ping=1', 'xxTrustedFormPingUrl=p&a=1').fields).toEqual({ trustedform_ping_url: 'p', a: '1' })
  })
})

describe('before the body', () => {
  it('the announced length is checked', () => {
    expect(() => announcedBytes('101', 100)).toThrow(expect.objectContaining({ code: 'BODY_TOO_LARGE' }))
    expect([announcedBytes('100', 100), announcedBytes(undefined, 100)]).toEqual([100, 0])
  })
})
