import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { configVariables, readConfig } from '@leadline/service'
import { describe, expect, it } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import { type ComposeService, environmentOf, readComposeFile, unreadVariables } from './compose-file.ts'
import { topicsDocument, topicsFile } from './topics-document.ts'

const root = new URL('../../', import.meta.url)
const { services, volumes } = readComposeFile()
const names = ['gateway', 'worker', 'retrier', 'recorder', 'console'] as const
const ours = names.map((name) => ({ name, service: serviceNamed(name), script: packageJson.scripts[name] }))
const flowFiles = readdirSync(new URL('examples/01-demo/', root))
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => readFileSync(new URL(`examples/01-demo/${file}`, root), 'utf8'))
  .join('\n')

describe('docker-compose.yml', () => {
  it('runs Kafka, a schema registry, the fake partner and every service', () => {
    expect(Object.keys(services).sort()).toEqual([...names, 'kafka', 'partner', 'schema-registry'].sort())
  })

  it.each(ours)('starts $name from the one Dockerfile with the command that npm runs', ({ service, script }) => {
    expect(service.build).toEqual({ context: '.', dockerfile: 'deploy/Dockerfile' })
    expect(service.command?.join(' ')).toBe(script)
  })

  it.each(ours)('gives $name only variables that are read', ({ service }) => {
    expect(unreadVariables(environmentOf(service), configVariables, flowFiles)).toEqual([])
  })

  it('would be caught giving a variable that nothing reads', () => {
    expect(unreadVariables({ KAFKA_BROKERS: 'kafka:9092', KAFKA_BROKER: 'kafka:9092' }, configVariables, flowFiles)).toEqual([
      'KAFKA_BROKER',
    ])
  })

  it.each(ours)('gives $name values that its configuration accepts, listening where the container is reached', ({ service }) => {
    expect(readConfig(environmentOf(service))).toMatchObject({ host: '0.0.0.0', eventEncoding: 'avro' })
  })

  it.each(ours)('waits for Kafka and the registry before $name, and checks its health', ({ service }) => {
    expect(service.depends_on).toEqual({
      kafka: { condition: 'service_healthy' },
      'schema-registry': { condition: 'service_healthy' },
    })
    expect(service.healthcheck?.test.join(' ')).toContain('/health/ready')
  })

  it.each(['worker', 'retrier', 'recorder'])('lets %s answer its health check on a port of its own', (name) => {
    expect(readConfig(environmentOf(serviceNamed(name))).healthPort).not.toBeNull()
  })

  it.each(['gateway', 'console'])('publishes the port that %s listens on', (name) => {
    const { port } = readConfig(environmentOf(serviceNamed(name)))
    expect(serviceNamed(name).ports).toEqual([`127.0.0.1:${port}:${port}`])
  })

  it('publishes nothing beyond this machine, and no port twice', () => {
    const published = Object.values(services).flatMap(({ ports }) => ports)
    expect(published.filter((port) => !/^127\.0\.0\.1:\d+:\d+$/.test(port))).toEqual([])
    expect(new Set(published.map((port) => port.split(':')[1])).size).toBe(published.length)
  })

  it('points every service at the listener that Kafka advertises inside', () => {
    const advertised = environmentOf(serviceNamed('kafka'))['KAFKA_ADVERTISED_LISTENERS'] ?? ''
    const inside = advertised.split(',').find((listener) => listener.startsWith('INSIDE://'))
    expect(new Set(ours.map(({ service }) => `INSIDE://${environmentOf(service)['KAFKA_BROKERS']}`))).toEqual(new Set([inside]))
  })

  it('points every service at the port that the schema registry listens on', () => {
    const { SCHEMA_REGISTRY_HOST_NAME: host, SCHEMA_REGISTRY_LISTENERS: listener } = environmentOf(
      serviceNamed('schema-registry'),
    )
    const url = listener?.replace('0.0.0.0', host ?? '')
    expect(new Set(ours.map(({ service }) => readConfig(environmentOf(service)).schemaRegistryUrl))).toEqual(new Set([url]))
  })

  it('sends the demo flow to the port that the fake partner listens on', () => {
    const port = serviceNamed('partner').command?.at(-1)
    expect(environmentOf(serviceNamed('worker'))['PARTNER_URL']).toBe(`http://127.0.0.1:${port}`)
  })

  it('keeps what it writes in volumes that are declared', () => {
    const mounted = Object.values(services).flatMap((service) => service.volumes.map((volume) => volume.split(':')[0] ?? ''))
    expect(new Set(mounted.filter((source) => /^\w+$/.test(source)))).toEqual(new Set(Object.keys(volumes)))
  })
})

describe('deploy/topics.json', () => {
  it('is what the services of the compose file create and check', () => {
    const { topicPrefix: prefix, topicPartitions: partitions } = readConfig(environmentOf(serviceNamed('worker')))
    expect(readFileSync(topicsFile, 'utf8'), 'run node test/deploy/write-topics.ts').toBe(
      topicsDocument({ prefix, partitions, pools: ['default'] }),
    )
  })

  it('is what services with no configuration create and check', () => {
    const { topicPrefix: prefix, topicPartitions: partitions } = readConfig({})
    expect(readFileSync(topicsFile, 'utf8')).toBe(topicsDocument({ prefix, partitions, pools: ['default'] }))
  })
})

describe('deploy/Dockerfile', () => {
  const lines = readFileSync(new URL('deploy/Dockerfile', root), 'utf8').split('\n')

  it('runs on the Node that package.json asks for, not as root', () => {
    expect(lines).toContain(`FROM node:${packageJson.engines.node.replace('>=', '')}-slim`)
    expect(lines).toContain('USER node')
  })

  it('takes everything with it that the services read, and no secrets', () => {
    const rules = readFileSync(new URL('deploy/Dockerfile.dockerignore', root), 'utf8').split('\n')
    const allowed = rules.filter((rule) => rule.startsWith('!')).map((rule) => rule.slice(1))
    expect(rules).toContain('*')
    expect(allowed).toEqual(
      expect.arrayContaining(['package.json', 'package-lock.json', 'libs', 'services', 'schemas', 'examples']),
    )
    expect(allowed.filter((path) => !existsSync(new URL(path, root)))).toEqual([])
  })
})

function serviceNamed(name: string): ComposeService {
  const service = services[name]
  if (service === undefined) throw new Error(`docker-compose.yml has no service ${name}`)
  return service
}
