import { LeadlineError } from '@leadline/domain'
import { describe, expect, test } from 'vitest'
import { refusedConnection } from './refused-connection.ts'

const coded = (code: string, cause?: unknown) => Object.assign(new Error('words that nobody reads', { cause }), { code })
const named = (name: string, cause?: unknown) => Object.assign(new Error('words that nobody reads', { cause }), { name })

describe('a connection is refused', () => {
  test.each([
    ['a certificate of an unknown authority', coded('SELF_SIGNED_CERT_IN_CHAIN'), 'not trusted: SELF_SIGNED_CERT_IN_CHAIN'],
    ['a certificate of another host', coded('ERR_TLS_CERT_ALTNAME_INVALID'), 'not for the name'],
    ['a certificate of ours that is missing', coded('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED'), 'certificate of this process'],
    ['a certificate of ours that is not accepted', coded('ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE'), 'certificate of this process'],
    ['a login as kafkajs tells it', named('KafkaJSSASLAuthenticationError'), 'refuses the login'],
    ['a login as the wire tells it', coded('PLT_KFK_NETWORK', coded('PLT_KFK_AUTHENTICATION')), 'refuses the login'],
    [
      'a mechanism that the broker lacks',
      Object.assign(new Error('', { cause: { errors: [{ apiId: 'UNSUPPORTED_SASL_MECHANISM' }] } })),
      'mechanism',
    ],
  ])('by %s, wherever in the error that stands', (_, error, words) => {
    const refusal = { code: 'LOG_REFUSED', message: expect.stringContaining(words) }
    expect(refusedConnection(error)).toMatchObject(refusal)
    expect(refusedConnection(named('KafkaJSNumberOfRetriesExceeded', error))).toMatchObject(refusal)
    const outer = new LeadlineError('LOG_UNAVAILABLE', 'the log could not append', { cause: error })
    expect(refusedConnection(outer)).toMatchObject(refusal)
  })

  test('by the server of tokens: in its own words, though a library takes it for a login of its own', () => {
    const refusal = new LeadlineError('LOG_REFUSED', 'no token')
    expect(refusedConnection(coded('PLT_KFK_AUTHENTICATION', refusal))).toBe(refusal)
  })
})

test.each([
  ['nobody listens', coded('ECONNREFUSED')],
  ['the server of tokens is away', coded('PLT_KFK_AUTHENTICATION', new LeadlineError('LOG_UNAVAILABLE', 'no token now'))],
  ['the connection broke off while logging in', coded('PLT_KFK_AUTHENTICATION', coded('PLT_KFK_NETWORK'))],
  ['a topic is missing', new LeadlineError('LOG_MISMATCH', 'no topic')],
  ['something that is no error was thrown', undefined],
])('a connection is not refused when %s', (_, error) => {
  expect(refusedConnection(error)).toBeUndefined()
})
