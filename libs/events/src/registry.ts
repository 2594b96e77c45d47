import { COMPATIBILITY, SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry'
import { type Json, LeadlineError } from '@leadline/domain'
import { parseJson } from '@leadline/formats'
import type { EventName } from './events.ts'
import type { EventSchema } from './schemas.ts'

export interface RegistryOptions {
  /** Base address; user and password in it are sent as Basic credentials. */
  readonly url: string
  /** How often an unknown id is looked up again while the registry does not answer; 10 (about half a minute) unless told. */
  readonly lookupRetries?: number
}

/** A Confluent schema registry. Subjects are record names, for one event is written to several topics. */
export interface Registry {
  /** Makes the schema the newest of its subject and returns its id. Rejects with LOG_MISMATCH when the registry refuses it, LOG_UNAVAILABLE when it does not answer. */
  register(schema: EventSchema): Promise<number>
  /** The schema with this id, or undefined when the registry has none. Rejects with LOG_UNAVAILABLE when it does not answer. */
  readSchema(id: number): Promise<Json | undefined>
}

const deadlineMs = 60_000

/** Makes no call yet. */
export function openRegistry(options: RegistryOptions): Registry {
  const { address, auth } = splitCredentials(options.url)
  // All values are given: the client keeps what one instance was told for the next.
  const retry = {
    retries: options.lookupRetries ?? 10,
    initialRetryTimeInSecs: 0.1,
    maxRetryTimeInSecs: 5,
    factor: 0.2,
    multiplier: 2,
  }
  const client = new SchemaRegistry({ host: address, clientId: 'leadline', retry, ...(auth === undefined ? {} : { auth }) })
  const compatibility = COMPATIBILITY.BACKWARD_TRANSITIVE
  return {
    async register(schema) {
      const subject = schema.recordName
      const registering = client.register({ type: SchemaType.AVRO, schema: schema.text }, { subject, compatibility })
      const { id } = await withinDeadline(registering).catch((error: unknown) => {
        throw registrationError(error, subject, address)
      })
      return id
    },
    async readSchema(id) {
      try {
        return parseJson(JSON.stringify(await withinDeadline(client.getSchema(id))))
      } catch (error) {
        if (statusOf(error) === 404) return undefined
        throw unavailable(address, error)
      }
    },
  }
}

/** Registers today's schema of every event; ids by event. */
export async function registerAll(registry: Registry, schemas: readonly EventSchema[]): Promise<ReadonlyMap<EventName, number>> {
  const ids = new Map<EventName, number>()
  for (const schema of schemas) ids.set(schema.event, await registry.register(schema))
  return ids
}

function registrationError(error: unknown, subject: string, address: string): LeadlineError {
  const message = error instanceof Error ? error.message : String(error)
  const status = statusOf(error)
  if (status === 409 || status === 422) {
    return mismatch(`the schema registry refuses the schema of ${subject}: ${message}`, subject, error)
  }
  if (error instanceof Error && error.name === 'ConfluentSchemaRegistryCompatibilityError') {
    return mismatch(`the subject ${subject} of the schema registry must be BACKWARD_TRANSITIVE: ${message}`, subject, error)
  }
  return unavailable(address, error)
}

function mismatch(message: string, subject: string, cause: unknown): LeadlineError {
  return new LeadlineError('LOG_MISMATCH', message, { cause, fields: { subject } })
}

function unavailable(address: string, cause: unknown): LeadlineError {
  const message = cause instanceof Error ? cause.message : String(cause)
  return new LeadlineError('LOG_UNAVAILABLE', `the schema registry at ${address} does not answer: ${message}`, {
    cause,
    fields: { address },
  })
}

function statusOf(error: unknown): number | undefined {
  return typeof error === 'object' && error !== null && 'status' in error && typeof error.status === 'number'
    ? error.status
    : undefined
}

/** The client waits for ever for an answer that does not come. */
async function withinDeadline<T>(promise: Promise<T>): Promise<T> {
  const { promise: expired, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`no answer within ${deadlineMs} ms`)), deadlineMs)
  try {
    return await Promise.race([promise, expired])
  } finally {
    clearTimeout(timer)
  }
}

function splitCredentials(url: string): { address: string; auth?: { username: string; password: string } } {
  const { username, password, origin, pathname } = new URL(url)
  const address = `${origin}${pathname}`.replace(/\/$/, '')
  if (username === '') return { address }
  return { address, auth: { username: decodeURIComponent(username), password: decodeURIComponent(password) } }
}
