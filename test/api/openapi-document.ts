import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { z } from 'zod'

const documentFile = new URL('../../services/console/openapi.json', import.meta.url)

const media = z.record(z.string(), z.object({ schema: z.unknown() }))
const answer = z.union([z.object({ $ref: z.string() }), z.object({ content: media })])
const operation = z.object({ operationId: z.string(), responses: z.record(z.string(), answer) })
const document = z.object({
  paths: z.record(z.string(), z.object({ get: operation.exactOptional(), post: operation.exactOptional() })),
  components: z.object({ responses: z.record(z.string(), z.object({ content: media })) }),
})

/** An answer of the running server. */
export interface Answer {
  readonly method: 'GET' | 'POST'
  /** As in the document, `/v1/leads/{leadId}`. */
  readonly path: string
  readonly status: number
  readonly contentType: string
  readonly body: string
}

/** The paths and methods of the document, `GET /v1/leads` … */
export function documentedOperations(): readonly string[] {
  return Object.entries(readDocument().paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  )
}

/** What is wrong with an answer by the document; empty when it is as documented. */
export function differences({ method, path, status, contentType, body }: Answer): readonly string[] {
  const { paths, components } = readDocument()
  const operation = paths[path]?.[method === 'GET' ? 'get' : 'post']
  const documented = operation?.responses[String(status)]
  if (documented === undefined) return [`${method} ${path}: status ${status} is not documented`]
  const resolved = '$ref' in documented ? components.responses[documented.$ref.split('/').at(-1) ?? ''] : documented
  const schema = resolved?.content[contentType.split(';', 1)[0] ?? '']?.schema
  if (schema === undefined) return [`${method} ${path}: ${status} as ${contentType} is not documented`]
  const validate = validator(schema)
  if (validate(contentType.includes('json') ? JSON.parse(body) : body)) return []
  return (validate.errors ?? []).map((error) => `${method} ${path} ${status}: ${error.instancePath} ${error.message}`)
}

function validator(schema: unknown) {
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true })
  ajv.addSchema(JSON.parse(readFileSync(documentFile, 'utf8')), 'openapi')
  // References inside the schema are relative to the whole document.
  return ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"openapi#/components')))
}

function readDocument() {
  return document.parse(JSON.parse(readFileSync(documentFile, 'utf8')))
}
