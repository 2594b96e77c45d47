import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isJsonObject, type Json } from '@leadline/domain'
import { canRead } from '@leadline/events'
import { parseJson } from '@leadline/formats'

/** A schema registry as Confluent's, as far as Avro needs it: subjects, ids, compatibility. Errors carry its codes. */
export interface FakeSchemaRegistry extends AsyncDisposable {
  readonly url: string
  /** `METHOD path` of every request, in order. */
  readonly requests: readonly string[]
  /** Authorization headers, in order; null where there was none. */
  readonly credentials: readonly (string | null)[]
  readonly subjects: ReadonlyMap<string, readonly number[]>
  /** Adds a schema past all checks and returns its id, as another program would have. */
  plant(subject: string, schema: Json): number
  setCompatibility(subject: string, level: string): void
  /** Answers the next requests with this status before anything else. */
  failNext(count: number, status: number): void
}

interface State {
  readonly schemas: string[]
  readonly subjects: Map<string, number[]>
  readonly levels: Map<string, string>
}

type Answer = readonly [status: number, body: object]

export async function openFakeSchemaRegistry(): Promise<FakeSchemaRegistry> {
  const state: State = { schemas: [], subjects: new Map(), levels: new Map() }
  const requests: string[] = []
  const credentials: (string | null)[] = []
  let failures = { count: 0, status: 500 }
  const server = createServer(async (request, response) => {
    requests.push(`${request.method} ${request.url}`)
    credentials.push(request.headers.authorization ?? null)
    const body = await readBody(request)
    if (failures.count > 0) {
      failures = { ...failures, count: failures.count - 1 }
      send(response, [failures.status, { error_code: failures.status, message: 'planted failure' }])
    } else send(response, answer(state, `${request.method} ${request.url}`, body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    credentials,
    subjects: state.subjects,
    plant: (subject, schema) => register(state, subject, JSON.stringify(schema)),
    setCompatibility: (subject, level) => state.levels.set(subject, level),
    failNext: (count, status) => {
      failures = { count, status }
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const routes: readonly (readonly [
  pattern: RegExp,
  handle: (state: State, parameters: readonly string[], body: Json) => Answer,
])[] = [
  [/^POST \/subjects\/([^/]+)\/versions$/, (state, [subject = ''], body) => postVersion(state, subject, schemaIn(body))],
  [/^POST \/subjects\/([^/]+)$/, (state, [subject = ''], body) => findVersion(state, subject, schemaIn(body))],
  [/^GET \/subjects$/, (state) => [200, [...state.subjects.keys()]]],
  [
    /^GET \/subjects\/([^/]+)\/versions\/(latest|\d+)$/,
    (state, [subject = '', version = '']) => readVersion(state, subject, version),
  ],
  [/^GET \/schemas\/ids\/(\d+)$/, (state, [id]) => readSchema(state, Number(id))],
  [/^GET \/config\/([^/]+)$/, (state, [subject = '']) => readLevel(state, subject)],
  [/^PUT \/config\/([^/]+)$/, (state, [subject = ''], body) => writeLevel(state, subject, body)],
  [
    /^POST \/compatibility\/subjects\/([^/]+)\/versions\/[^/]+$/,
    (state, [subject = ''], body) => [200, { is_compatible: isCompatible(state, subject, schemaIn(body)) }],
  ],
]

function answer(state: State, line: string, body: Json): Answer {
  for (const [pattern, handle] of routes) {
    const match = pattern.exec(line)
    if (match !== null) return handle(state, match.slice(1).map(decodeURIComponent), body)
  }
  return [404, { error_code: 404, message: 'HTTP 404 Not Found' }]
}

function postVersion(state: State, subject: string, schema: string): Answer {
  if (!isAvro(schema)) return [422, { error_code: 42201, message: 'Invalid schema' }]
  if (!isCompatible(state, subject, schema)) {
    return [
      409,
      { error_code: 409, message: `Schema being registered is incompatible with an earlier schema for subject "${subject}"` },
    ]
  }
  return [200, { id: register(state, subject, schema) }]
}

function register(state: State, subject: string, schema: string): number {
  const text = JSON.stringify(JSON.parse(schema))
  const known = state.schemas.indexOf(text)
  const id = known === -1 ? state.schemas.push(text) : known + 1
  const versions = state.subjects.get(subject) ?? []
  if (!versions.includes(id)) versions.push(id)
  state.subjects.set(subject, versions)
  return id
}

function findVersion(state: State, subject: string, schema: string): Answer {
  const text = isAvro(schema) ? JSON.stringify(JSON.parse(schema)) : ''
  const id = state.schemas.indexOf(text) + 1
  const version = (state.subjects.get(subject) ?? []).indexOf(id) + 1
  return version === 0 ? [404, { error_code: 40403, message: 'Schema not found' }] : [200, { subject, id, version, schema: text }]
}

function readVersion(state: State, subject: string, version: string): Answer {
  const versions = state.subjects.get(subject)
  if (versions === undefined) return [404, { error_code: 40401, message: `Subject '${subject}' not found.` }]
  const number = version === 'latest' ? versions.length : Number(version)
  const id = versions[number - 1]
  if (id === undefined) return [404, { error_code: 40402, message: `Version ${version} not found.` }]
  return [200, { subject, id, version: number, schema: state.schemas[id - 1] }]
}

function readSchema(state: State, id: number): Answer {
  const schema = state.schemas[id - 1]
  return schema === undefined ? [404, { error_code: 40403, message: `Schema ${id} not found` }] : [200, { schema }]
}

function readLevel(state: State, subject: string): Answer {
  const level = state.levels.get(subject)
  if (level !== undefined) return [200, { compatibilityLevel: level }]
  return [404, { error_code: 40408, message: `Subject '${subject}' does not have subject-level compatibility configured` }]
}

function writeLevel(state: State, subject: string, body: Json): Answer {
  const level = isJsonObject(body) ? String(body['compatibility']) : ''
  state.levels.set(subject, level)
  return [200, { compatibility: level }]
}

/** Backward, transitively or not; the registry's own default is BACKWARD. */
function isCompatible(state: State, subject: string, schema: string): boolean {
  const level = state.levels.get(subject) ?? 'BACKWARD'
  const ids = state.subjects.get(subject) ?? []
  const against = level === 'NONE' ? [] : level.endsWith('_TRANSITIVE') ? ids : ids.slice(-1)
  return against.every((id) => canRead(parseJson(schema), parseJson(state.schemas[id - 1] ?? 'null')))
}

function isAvro(schema: string): boolean {
  try {
    return canRead(parseJson(schema), parseJson(schema))
  } catch {
    return false
  }
}

function schemaIn(body: Json): string {
  return isJsonObject(body) ? String(body['schema']) : ''
}

async function readBody(request: IncomingMessage): Promise<Json> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  const text = Buffer.concat(chunks).toString()
  return text === '' ? null : parseJson(text)
}

function send(response: ServerResponse, [status, body]: Answer): void {
  response.writeHead(status, { 'content-type': 'application/vnd.schemaregistry.v1+json' }).end(JSON.stringify(body))
}
