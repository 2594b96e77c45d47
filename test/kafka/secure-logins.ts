import { randomUUID } from 'node:crypto'
import { openKafkaLog } from '@leadline/log'
import { outgoing, readAll, testOwner, texts } from '@leadline/log/contract-owner'
import { kafkaOptions, readConfig } from '@leadline/service'
import { describe, expect, test } from 'vitest'
import { passwordOf, type SecureBroker } from './secure-broker.ts'
import { openTokenServer } from './token-server.ts'

export const operator = 'operator'
export const certified = 'CN=certified'

const run = randomUUID().slice(0, 8)
let uses = 0
const mechanisms = ['plain', 'scram-sha-256', 'scram-sha-512'] as const
const transactions = ['lanes', 'group'] as const

/** Variables by which a process connects with TLS and a password. */
export function passwordLogin(broker: SecureBroker, user: string, mechanism: string = 'scram-sha-512'): Record<string, string> {
  return {
    KAFKA_BROKERS: broker.sasl,
    KAFKA_TLS: 'true',
    KAFKA_TLS_CA: broker.ca.certificate,
    KAFKA_SASL_MECHANISM: mechanism,
    KAFKA_USERNAME: user,
    KAFKA_PASSWORD: passwordOf(user),
  }
}

/** The log as a service with these variables opens it. */
export function openSecureLog(env: Record<string, string>, said: string[] = []) {
  const { kafka } = readConfig(env)
  if (kafka === null) throw new Error('KAFKA_BROKERS is missing')
  const logger = (level: string, message: string) => void said.push(`${level}: ${message}`)
  return openKafkaLog({ ...kafkaOptions(kafka), heartbeatIntervalMs: 100, logger })
}

/** Longer than the broker of these tests lets anybody stay without a new login. */
const longerThanALoginMs = 13_000

/** Appends, reads, and commits as a lane, again and again for so long, on the same connections; once unless told. */
async function usesTheLog(env: Record<string, string>, forMs = 0): Promise<void> {
  const said: string[] = []
  await using log = await openSecureLog(env, said)
  const use = `${run}-${uses++}`
  const [input, output] = [`in-${use}`, `out-${use}`]
  const shape = { partitions: 1, cleanup: 'delete', retentionMs: null, maxRecordBytes: 1_000_000 } as const
  await log.ensureTopics([input, output].map((name) => ({ name, ...shape })))
  const owner = testOwner()
  const membership = await log.join(`group-${input}`, [input], owner)
  const lane = await owner.lane(0)
  const before = said.length
  const until = Date.now() + forMs
  for (let beat = 0; beat === 0 || Date.now() < until; beat++) {
    await log.append([outgoing(input, 'k', `asked ${beat}`)])
    expect(texts(await owner.records(beat + 1)).at(-1)).toBe(`asked ${beat}`)
    const commit = { offset: beat + 1, metadata: '', records: [outgoing(output, 'k', `answered ${beat}`)] }
    expect(await lane.commit(commit)).toBe('committed')
    await expect.poll(async () => texts(await readAll(log, output)).at(-1)).toBe(`answered ${beat}`)
  }
  // A new login is nothing that an operator would have to be told of.
  expect(said.slice(before).filter((line) => /^(warn|error)/.test(line))).toEqual([])
  await membership.close()
}

export function describeLogins(broker: () => SecureBroker): void {
  describe.each(transactions)('the log with transactions by %s', (kind) => {
    test.each(mechanisms)('is used over TLS by whoever logs in by %s', async (mechanism) => {
      await usesTheLog({ ...passwordLogin(broker(), operator, mechanism), KAFKA_TRANSACTIONS: kind })
    })

    test('is used with a certificate as the login', async () => {
      const own = { KAFKA_TLS_CERTIFICATE: broker().client.certificate, KAFKA_TLS_KEY: broker().client.key }
      const tls = { KAFKA_BROKERS: broker().mutual, KAFKA_TLS: 'true', KAFKA_TLS_CA: broker().ca.certificate }
      await usesTheLog({ ...tls, ...own, KAFKA_TRANSACTIONS: kind })
    })
  })

  test('a token is asked for once, and serves the new logins that brokers want of who stays connected', async () => {
    await using tokens = await openTokenServer(operator)
    const tls = { KAFKA_BROKERS: broker().sasl, KAFKA_TLS: 'true', KAFKA_TLS_CA: broker().ca.certificate }
    const env = { ...tls, KAFKA_SASL_MECHANISM: 'oauthbearer', ...tokens.variables }
    await Promise.all(transactions.map((kind) => usesTheLog({ ...env, KAFKA_TRANSACTIONS: kind }, longerThanALoginMs)))
    expect(tokens.asked()).toBe(transactions.length)
  })
}
