import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { outgoing, testOwner } from '@leadline/log/contract-owner'
import { beforeAll, describe, expect, test } from 'vitest'
import { startProcess } from '../acceptance/processes.ts'
import { openAcls, type Right } from './acls.ts'
import { documentedRights } from './documented-rights.ts'
import { makeTopics } from './least-rights.ts'
import type { SecureBroker } from './secure-broker.ts'
import { openSecureLog, passwordLogin } from './secure-logins.ts'
import { openTokenServer } from './token-server.ts'

const secondsMs = 10_000

/** The entry in the log by which a missing right is named. */
const named = (right: string) => expect.stringContaining(`error: Kafka refuses this login, which needs ${right}`)

export function describeRefusals(broker: () => SecureBroker): void {
  describe.each(['lanes', 'group'])('what Kafka refuses, with transactions by %s', (kind) => {
    const prefix = `refused-${kind}.`
    const worker = () => ({ ...passwordLogin(broker(), 'worker'), KAFKA_TRANSACTIONS: kind })
    const [input, output, group] = [`${prefix}steps.default`, `${prefix}outcomes.success`, `${prefix}step.default`]
    const rights = documentedRights(prefix).filter(({ user }) => user === 'worker')

    beforeAll(async () => {
      await makeTopics(broker(), prefix)
      await using acls = await openAcls(broker().open)
      await acls.give(rights)
    })

    /** Without the worker's rights of this kind on what begins so. */
    async function without(lacking: (right: Right) => boolean, work: () => Promise<void>): Promise<void> {
      await using acls = await openAcls(broker().open)
      const taken = rights.filter(lacking)
      expect(taken).not.toEqual([])
      await acls.take(taken)
      await work().finally(() => acls.give(taken))
    }
    const writesOutcomes = ({ operation, name }: Right) => operation === 'Write' && name === `${prefix}outcomes.`

    test('a commit that may not write to the topic of outcomes says so, and goes through once it may', async () => {
      const said: string[] = []
      await using log = await openSecureLog(worker(), said)
      const owner = testOwner()
      await log.join(group, [input], owner)
      const lane = await owner.lane(0)
      const records = [outgoing(`${prefix}activity`, 'k', 'v'), outgoing(output, 'k', 'v')]
      const commit = () => lane.commit({ offset: 0, metadata: '', records })
      await without(writesOutcomes, async () => {
        await expect.poll(commit).toBe('unknown')
        await expect.poll(() => said).toContainEqual(named(`WRITE on topic ${output}`))
      })
      await expect.poll(async () => (await lane.reopen()) !== 'fenced' && (await commit())).toBe('committed')
    })

    test('an append says on which topic', async () => {
      await using log = await openSecureLog(worker())
      const append = () => log.append([outgoing(`${prefix}activity`, 'k', 'v'), outgoing(output, 'k', 'v')])
      await append()
      await without(writesOutcomes, async () => {
        const told = () => append().catch(({ code, message }) => ({ code, message }))
        const refusal = { code: 'LOG_REFUSED', message: expect.stringContaining(`WRITE on topic ${output}`) }
        await expect.poll(told).toMatchObject(refusal)
      })
    })

    test('who may not read in the group learns it from the start', async () => {
      await without(
        ({ type }) => type === 'group',
        async () => {
          await using log = await openSecureLog(worker())
          const joining = log.join(group, [input], testOwner())
          const message = expect.stringContaining(`READ on group ${group}`)
          await expect(joining).rejects.toMatchObject({ code: 'LOG_REFUSED', message })
        },
      )
    })

    test('a lane that may not use its transactional id says so', async () => {
      const said: string[] = []
      await using log = await openSecureLog(worker(), said)
      await without(
        ({ type }) => type === 'transactional-id',
        async () => {
          const owner = testOwner()
          await log.join(group, [input], owner)
          void owner.lane(0).then(
            (lane) => lane.commit({ offset: 0, metadata: '', records: [] }),
            () => {},
          )
          await expect.poll(() => said).toContainEqual(named(`WRITE on transactional id ${group}.`))
        },
      )
    })

    test('who may not read a topic learns it from the one who reads', async () => {
      await without(
        ({ operation, name }) => operation === 'Read' && name === `${prefix}steps.`,
        async () => {
          await using log = await openSecureLog(worker())
          const reading = Array.fromAsync(log.read({ topic: `${prefix}steps.default`, partition: 0, from: 0, to: 1 }))
          await expect(reading).rejects.toMatchObject({ message: expect.stringContaining(`READ on topic ${input}`) })
        },
      )
    })
  })

  describe('a start', () => {
    const opening = async (env: Record<string, string>) => {
      await using log = await openSecureLog(env)
      await log.ensureTopics([])
    }
    const gateway = () => passwordLogin(broker(), 'gateway')

    test.each([
      ['an authority that is not ours', () => ({ KAFKA_TLS_CA: broker().otherCa.certificate }), 'is not trusted: '],
      ['a broker under another name', () => ({ KAFKA_BROKERS: broker().otherName }), 'is not for the name'],
      ['a wrong password', () => ({ KAFKA_PASSWORD: 'hunter2' }), 'refuses the login'],
      ['a wrong password by plain', () => ({ KAFKA_SASL_MECHANISM: 'plain', KAFKA_PASSWORD: 'hunter2' }), 'refuses the login'],
    ])(
      'with %s ends with that reason',
      async (_, wrong, words) => {
        const refusal = { code: 'LOG_REFUSED', message: expect.stringContaining(words) }
        await expect(opening({ ...gateway(), ...wrong() })).rejects.toMatchObject(refusal)
      },
      secondsMs,
    )

    test(
      'with a token that brokers do not take ends with that reason',
      async () => {
        await using tokens = await openTokenServer('gateway', 'expired')
        const tls = { KAFKA_BROKERS: broker().sasl, KAFKA_TLS: 'true', KAFKA_TLS_CA: broker().ca.certificate }
        const refusal = { code: 'LOG_REFUSED', message: 'the Kafka broker refuses the token' }
        await expect(opening({ ...tls, KAFKA_SASL_MECHANISM: 'oauthbearer', ...tokens.variables })).rejects.toMatchObject(refusal)
      },
      secondsMs,
    )

    test(
      'without the certificate that brokers ask for ends with that reason',
      async () => {
        const env = { KAFKA_BROKERS: broker().mutual, KAFKA_TLS: 'true', KAFKA_TLS_CA: broker().ca.certificate }
        const refusal = { code: 'LOG_REFUSED', message: expect.stringContaining('refuses the certificate of this process') }
        await expect(opening(env)).rejects.toMatchObject(refusal)
      },
      secondsMs,
    )

    test(
      'of a service with a wrong password ends in seconds, with one line that does not hold it',
      async () => {
        const directory = mkdtempSync(join(tmpdir(), 'leadline-refused-'))
        writeFileSync(join(directory, 'flow.yaml'), 'flow: f\nsources: { web: { auth: { apiKey: demo } } }\nsteps: []\n')
        const env = { ...gateway(), KAFKA_PASSWORD: 'hunter2', LEADLINE_FLOWS: directory, LEADLINE_DATA: directory }
        const started = startProcess({ name: 'retrier', script: 'services/retrier/src/main.ts', env, logDirectory: directory })
        await started.exited
        const output = () => readFileSync(join(directory, 'retrier.log'), 'utf8')
        await expect.poll(output).toMatch(/^retrier stopped: the Kafka broker refuses the login: .* \[LOG_REFUSED\]$/m)
        expect(output()).not.toContain('hunter2')
        await rm(directory, { recursive: true })
      },
      3 * secondsMs,
    )

    test('that may not create a missing topic says which', async () => {
      await using log = await openSecureLog(gateway())
      const shape = { partitions: 1, cleanup: 'delete', retentionMs: null, maxRecordBytes: 1_000_000 } as const
      const ensuring = log.ensureTopics([{ name: 'refused-new', ...shape }])
      await expect(ensuring).rejects.toMatchObject({
        code: 'LOG_REFUSED',
        message: expect.stringContaining('CREATE on topic refused-new'),
      })
    })
  })
}
