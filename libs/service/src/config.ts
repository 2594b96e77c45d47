import { LeadlineError } from '@leadline/domain'
import { isNetworkName } from '@leadline/http'
import { z } from 'zod'
import { type KafkaConfig, kafkaMistakes, kafkaVariables, toKafkaConfig } from './kafka-config.ts'
import { httpUrl, list, oneOf, wholeNumber } from './variables.ts'

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

const pool = z.string().regex(/^[a-z][a-z0-9-]*$/, { error: 'must list pools of lower-case letters, digits and dashes' })
const network = z.string().refine(isNetworkName, { error: 'must list networks as address/bits, or loopback' })

const environment = z.object({
  PORT: wholeNumber(0, 65_535).default(8_080),
  HOST: z.string().default('127.0.0.1'),
  LEADLINE_DATA: z.string().default('./.leadline'),
  LEADLINE_FLOWS: z.string().nullable().default(null),
  LEADLINE_URL: httpUrl.nullable().default(null),
  ...kafkaVariables,
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
  const { data, error } = environment.safeParse(given)
  const together = kafkaMistakes(given)
  if (data === undefined || together.size > 0) throw configurationError(error, together)
  return {
    host: data.HOST,
    port: data.PORT,
    dataDirectory: data.LEADLINE_DATA,
    flowsDirectory: data.LEADLINE_FLOWS,
    kafka: toKafkaConfig(data),
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
function configurationError(error: z.ZodError | undefined, together: ReadonlyMap<string, string>): LeadlineError {
  const wrong = new Map([...together, ...(error?.issues.map((issue) => [String(issue.path[0]), issue.message] as const) ?? [])])
  const message = [...wrong].map(([name, what]) => `${name} ${what}`).join('; ')
  return new LeadlineError('CONFIGURATION', message, { cause: error, fields: { variables: [...wrong.keys()].join(', ') } })
}
