import { readFile } from 'node:fs/promises'
import { LeadlineError } from '@leadline/domain'
import { describe, expect, it } from 'vitest'
import { configVariables, readConfig } from './config.ts'

describe('the configuration', () => {
  it('needs no variable at all', () => {
    expect(readConfig({})).toEqual({
      host: '127.0.0.1',
      port: 8080,
      dataDirectory: './.leadline',
      flowsDirectory: null,
      kafka: null,
      topicPrefix: 'leadline.',
      topicPartitions: 6,
      schemaRegistryUrl: null,
      eventEncoding: 'avro',
      logLevel: 'info',
      inFlight: 512,
      workers: 1,
      pools: null,
      leadMaxBytes: 1_048_576,
      privateDestinations: [],
      healthPort: null,
      url: 'http://127.0.0.1:8080',
    })
  })

  it('reads lists separated by commas, blanks ignored', () => {
    const config = readConfig({
      KAFKA_BROKERS: 'a:9092, b.example:9093,[::1]:9094',
      POOLS: 'default,slow',
      ALLOW_PRIVATE_DESTINATIONS: 'loopback,10.0.0.0/8',
    })
    expect(config.kafka).toEqual({
      brokers: ['a:9092', 'b.example:9093', '[::1]:9094'],
      replication: null,
      transactions: 'auto',
      member: null,
      tls: null,
      login: null,
    })
    expect(config.pools).toEqual(['default', 'slow'])
    expect(config.privateDestinations).toEqual(['loopback', '10.0.0.0/8'])
  })

  it('takes an empty variable as absent', () => {
    expect(readConfig({ PORT: '', KAFKA_BROKERS: '' })).toEqual(readConfig({}))
  })

  it('names every wrong variable in one error', () => {
    const error = errorOf(() => readConfig({ PORT: 'http', IN_FLIGHT: '0', EVENT_ENCODING: 'xml', KAFKA_BROKERS: 'nowhere' }))
    expect(error.code).toBe('CONFIGURATION')
    expect(error.message).toBe(
      'PORT must be a whole number from 0 to 65535; KAFKA_BROKERS must list brokers as host:port; ' +
        'EVENT_ENCODING must be one of avro, json; IN_FLIGHT must be a whole number from 1 to 100000',
    )
  })

  it('does not repeat a wrong value, which may hold a password', () => {
    const error = errorOf(() => readConfig({ SCHEMA_REGISTRY_URL: 'ftp://user:hunter2@registry' }))
    expect(error.message).toBe('SCHEMA_REGISTRY_URL must be an http or https address')
  })

  it.each(['10.0.0.0', '10.0.0.0/33', '::1/129', 'localhost', '10.0.0.0/8/8'])('refuses %s as a network', (network) => {
    expect(errorOf(() => readConfig({ ALLOW_PRIVATE_DESTINATIONS: network })).message).toContain('ALLOW_PRIVATE_DESTINATIONS')
  })

  it('is documented: the page has exactly the variables that are read', async () => {
    const page = await readFile(new URL('../../../docs/configuration.md', import.meta.url), 'utf8')
    const documented = [...page.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, name]) => name)
    expect(documented.toSorted()).toEqual(configVariables.toSorted())
  })
})

function errorOf(act: () => unknown): LeadlineError {
  try {
    act()
  } catch (thrown) {
    if (thrown instanceof LeadlineError) return thrown
  }
  throw new Error('no LeadlineError was thrown')
}
