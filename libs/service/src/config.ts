import { isIP } from 'node:net'
import { LeadlineError } from '@leadline/domain'
import { z } from 'zod'

export const logLevels = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const
export type LogLevel = (typeof logLevels)[number]

/** Everything that a process is told by its environment; docs/configuration.md explains each variable. */
export interface Config {
  readonly host: string
  readonly port: number
  readonly dataDirectory: string
  /** null: the demo flow. */
  readonly flowsDirectory: string | null
  /** null: the embedded log. */
  readonly kafka: KafkaConfig | null
  readonly topicPrefix: string
  readonly topicPartitions: number
  readonly schemaRegistryUrl: string | null
  readonly eventEncoding: 'avro' | 'json'
  readonly logLevel: LogLevel
  /** Most calls that run at one time in this process. */
  readonly inFlight: number
  /** Processes that the worker service runs in; beyond 1 the first one only looks after the others. */
  readonly workers: number
  /** Pools that this worker serves; null: all. */
  readonly pools: readonly string[] | null
  readonly leadMaxBytes: number
  /** CIDR ranges of private addresses that may be called, `loopback` for 127.0.0.0/8 and ::1. */
  readonly privateDestinations: readonly string[]
  /** null: a service without an API answers no health checks. */
  readonly healthPort: number | null
  /** Where commands reach the API; no slash at the end. */
  readonly url: string
}

export interface KafkaConfig {
  readonly brokers: readonly string[]
  /** null: as many as there are brokers, at most 3. */
  readonly replication: number | null
  /** How lanes commit. */
  readonly transactions: 'auto' | 'lanes' | 'group'
  /** A name of this process that it has again after a restart, and no other at the same time; null: made up at each start. */
  readonly member: string | null
}

const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, { error: `must be a whole number from ${least} to ${most}` })
    .transform(Number)
    .refine((number) => number >= least && number <= most, { error: `must be a whole number from ${least} to ${most}` })

const list = (item: z.ZodType<string, string>) =>
  z
    .string()
    .transform((text) => text.split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()])))
    .pipe(z.array(item).min(1, { error: 'must name at least one' }))

const oneOf = <const Members extends readonly string[]>(members: Members) =>
  z.enum(members, { error: `must be one of ${members.join(', ')}` })

const httpUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http or https address' })
  .transform((url) => url.replace(/\/+$/, ''))
const broker = z.string().regex(/^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9._-]+):\d{1,5}$/, { error: 'must list brokers as host:port' })
const pool = z.string().regex(/^[a-z][a-z0-9-]*$/, { error: 'must list pools of lower-case letters, digits and dashes' })
const network = z.string().refine(isNetwork, { error: 'must list networks as address/bits, or loopback' })

const environment = z.object({
  PORT: wholeNumber(0, 65_535).default(8_080),
  HOST: z.string().default('127.0.0.1'),
  LEADLINE_DATA: z.string().default('./.leadline'),
  LEADLINE_FLOWS: z.string().nullable().default(null),
  LEADLINE_URL: httpUrl.nullable().default(null),
  KAFKA_BROKERS: list(broker).nullable().default(null),
  KAFKA_REPLICATION: wholeNumber(1, 100).nullable().default(null),
  KAFKA_TRANSACTIONS: oneOf(['auto', 'lanes', 'group']).default('lanes'),
  KAFKA_MEMBER: z
    .string()
    .regex(/^[a-zA-Z0-9._-]{1,100}$/, { error: 'must be letters, digits, dots, dashes and underscores' })
    .nullable()
    .default(null),
  TOPIC_PREFIX: z
    .string()
    .regex(/^[a-zA-Z0-9._-]{0,100}$/, { error: 'must be letters, digits, dots, dashes and underscores' })
    .default('leadline.'),
  TOPIC_PARTITIONS: wholeNumber(1, 1_000).default(6),
  SCHEMA_REGISTRY_URL: httpUrl.nullable().default(null),
  EVENT_ENCODING: oneOf(['avro', 'json']).default('avro'),
  LOG_LEVEL: oneOf(logLevels).default('info'),
  IN_FLIGHT: wholeNumber(1, 100_000).default(512),
  WORKERS: wholeNumber(1, 64).default(1),
  POOLS: list(pool).nullable().default(null),
  LEAD_MAX_BYTES: wholeNumber(1_024, 3 * 1024 * 1024).default(1_048_576),
  ALLOW_PRIVATE_DESTINATIONS: list(network).default([]),
  HEALTH_PORT: wholeNumber(0, 65_535).nullable().default(null),
})

/** Names of all variables that are read. */
export const configVariables: readonly string[] = Object.keys(environment.shape)

/** Throws one CONFIGURATION error that names every wrong variable. An empty variable counts as absent. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const given = Object.fromEntries(configVariables.flatMap((name) => (env[name] ? [[name, env[name]]] : [])))
  const { success, data, error } = environment.safeParse(given)
  if (!success) throw configurationError(error)
  return {
    host: data.HOST,
    port: data.PORT,
    dataDirectory: data.LEADLINE_DATA,
    flowsDirectory: data.LEADLINE_FLOWS,
    kafka: data.KAFKA_BROKERS && {
      brokers: data.KAFKA_BROKERS,
      replication: data.KAFKA_REPLICATION,
      transactions: data.KAFKA_TRANSACTIONS,
      member: data.KAFKA_MEMBER,
    },
    topicPrefix: data.TOPIC_PREFIX,
    topicPartitions: data.TOPIC_PARTITIONS,
    schemaRegistryUrl: data.SCHEMA_REGISTRY_URL,
    eventEncoding: data.EVENT_ENCODING,
    logLevel: data.LOG_LEVEL,
    inFlight: data.IN_FLIGHT,
    workers: data.WORKERS,
    pools: data.POOLS,
    leadMaxBytes: data.LEAD_MAX_BYTES,
    privateDestinations: data.ALLOW_PRIVATE_DESTINATIONS,
    healthPort: data.HEALTH_PORT,
    url: data.LEADLINE_URL ?? `http://${data.HOST === '0.0.0.0' ? '127.0.0.1' : data.HOST}:${data.PORT}`,
  }
}

// Values are left out of the message: an address may carry a password.
function configurationError(error: z.ZodError): LeadlineError {
  const wrong = new Map(error.issues.map((issue) => [String(issue.path[0]), issue.message]))
  const message = [...wrong].map(([name, what]) => `${name} ${what}`).join('; ')
  return new LeadlineError('CONFIGURATION', message, { cause: error, fields: { variables: [...wrong.keys()].join(', ') } })
}

function isNetwork(text: string): boolean {
  if (text === 'loopback') return true
  const [address = '', bits = '', ...rest] = text.split('/')
  const most = isIP(address) === 6 ? 128 : 32
  return isIP(address) !== 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= most && rest.length === 0
}
