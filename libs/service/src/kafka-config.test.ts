import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConfig } from './config.ts'

const folder = mkdtempSync(join(tmpdir(), 'leadline-tls-'))
const file = (name: string) => join(folder, name)
const brokers = { KAFKA_BROKERS: 'kafka:9093' }
const tls = { ...brokers, KAFKA_TLS: 'true' }

beforeAll(() => {
  for (const name of ['own', 'other']) makeCertificate(name)
  writeFileSync(file('garbage.pem'), 'not a certificate')
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('encryption to Kafka', () => {
  it('is off unless told, and needs nothing else: then the authorities that Node knows are trusted', () => {
    expect(readConfig(brokers).kafka).toMatchObject({ tls: null, login: null })
    expect(readConfig(tls).kafka?.tls).toEqual({ ca: null, own: null })
  })

  it('takes the texts of its files', () => {
    const own = { KAFKA_TLS_CERTIFICATE: file('own.pem'), KAFKA_TLS_KEY: file('own.key') }
    expect(readConfig({ ...tls, KAFKA_TLS_CA: file('other.pem'), ...own }).kafka?.tls).toEqual({
      ca: expect.stringContaining('BEGIN CERTIFICATE'),
      own: {
        certificate: expect.stringContaining('BEGIN CERTIFICATE'),
        key: expect.stringContaining('PRIVATE KEY'),
        passphrase: null,
      },
    })
  })

  it.each([
    ['a file that is not there', { ...tls, KAFKA_TLS_CA: '/nowhere' }, 'KAFKA_TLS_CA must name a file that can be read'],
    [
      'a file of something else',
      { ...tls, KAFKA_TLS_CA: file('garbage.pem') },
      'KAFKA_TLS_CA must name a file of PEM certificates',
    ],
    ['an authority without encryption', { ...brokers, KAFKA_TLS_CA: file('own.pem') }, 'KAFKA_TLS_CA needs KAFKA_TLS=true'],
    [
      'a certificate without key',
      { ...tls, KAFKA_TLS_CERTIFICATE: file('own.pem') },
      'KAFKA_TLS_KEY is needed with KAFKA_TLS_CERTIFICATE',
    ],
    [
      "another certificate's key",
      { ...tls, KAFKA_TLS_CERTIFICATE: file('own.pem'), KAFKA_TLS_KEY: file('other.key') },
      'KAFKA_TLS_KEY must name the PEM key of KAFKA_TLS_CERTIFICATE, readable with KAFKA_TLS_KEY_PASSPHRASE',
    ],
    ['anything but true and false', { ...brokers, KAFKA_TLS: 'yes' }, 'KAFKA_TLS must be one of true, false'],
  ])('refuses %s', (_, env, message) => {
    expect(() => readConfig(env)).toThrow(expect.objectContaining({ code: 'CONFIGURATION', message }))
  })
})

describe('the login at Kafka', () => {
  it('has a name and a password', () => {
    const env = { ...brokers, KAFKA_SASL_MECHANISM: 'scram-sha-512', KAFKA_USERNAME: 'worker', KAFKA_PASSWORD: 'hunter2' }
    expect(readConfig(env).kafka?.login).toEqual({ mechanism: 'scram-sha-512', username: 'worker', password: 'hunter2' })
  })

  it('or a client of a token server', () => {
    const client = { KAFKA_OAUTH_CLIENT_ID: 'leadline', KAFKA_OAUTH_CLIENT_SECRET: 'hunter2', KAFKA_OAUTH_SCOPE: 'kafka' }
    const env = { ...brokers, KAFKA_SASL_MECHANISM: 'oauthbearer', KAFKA_OAUTH_TOKEN_URL: 'https://id.example/token', ...client }
    expect(readConfig(env).kafka?.login).toEqual({
      mechanism: 'oauthbearer',
      tokenUrl: 'https://id.example/token',
      clientId: 'leadline',
      clientSecret: 'hunter2',
      scope: 'kafka',
    })
  })

  it.each([
    ['a password without mechanism', { KAFKA_PASSWORD: 'hunter2' }, 'KAFKA_PASSWORD needs KAFKA_SASL_MECHANISM'],
    [
      'a mechanism without name and password',
      { KAFKA_SASL_MECHANISM: 'plain' },
      'KAFKA_USERNAME is needed by KAFKA_SASL_MECHANISM; KAFKA_PASSWORD is needed by KAFKA_SASL_MECHANISM',
    ],
    [
      'tokens without a server, and with a password',
      {
        KAFKA_SASL_MECHANISM: 'oauthbearer',
        KAFKA_OAUTH_CLIENT_ID: 'a',
        KAFKA_OAUTH_CLIENT_SECRET: 'hunter2',
        KAFKA_PASSWORD: 'hunter2',
      },
      'KAFKA_OAUTH_TOKEN_URL is needed by oauthbearer; KAFKA_PASSWORD is not for oauthbearer',
    ],
    [
      'a mechanism that nobody knows',
      { KAFKA_SASL_MECHANISM: 'gssapi', KAFKA_USERNAME: 'a', KAFKA_PASSWORD: 'hunter2' },
      'KAFKA_SASL_MECHANISM must be one of plain, scram-sha-256, scram-sha-512, oauthbearer',
    ],
  ])('refuses %s, repeating no value', (_, env, message) => {
    expect(() => readConfig({ ...brokers, ...env })).toThrow(expect.objectContaining({ code: 'CONFIGURATION', message }))
  })
})

function makeCertificate(name: string): void {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', file(`${name}.key`)]
  execFileSync('openssl', ['req', '-x509', ...key, '-out', file(`${name}.pem`), '-days', '2', '-subj', `/CN=${name}`], {
    stdio: 'pipe',
  })
}
