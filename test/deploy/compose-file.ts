import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { z } from 'zod'

const serviceSchema = z.object({
  image: z.string(),
  build: z.object({ context: z.string(), dockerfile: z.string() }).optional(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  healthcheck: z.object({ test: z.array(z.string()) }).optional(),
})

export type ComposeService = z.infer<typeof serviceSchema>

const composeSchema = z.object({ services: z.record(z.string(), serviceSchema), volumes: z.record(z.string(), z.unknown()) })

export type ComposeFile = z.infer<typeof composeSchema>

/** `docker-compose.yml` with its merges resolved. Throws when it is not of the shape that is relied on here. */
export function readComposeFile(): ComposeFile {
  const text = readFileSync(new URL('../../docker-compose.yml', import.meta.url), 'utf8')
  return composeSchema.parse(parse(text, { merge: true }))
}

/** The environment of a service as its process sees it when the shell sets nothing: `${NAME:-default}` is the default. */
export function environmentOf(service: ComposeService): Record<string, string> {
  const entries = Object.entries(service.environment)
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value).replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1')]))
}

/** Variables of an environment that nothing reads: not the configuration, and not `${NAME}` in the flow files. */
export function unreadVariables(
  environment: Readonly<Record<string, string>>,
  known: readonly string[],
  flowFiles: string,
): string[] {
  return Object.keys(environment).filter((name) => !known.includes(name) && !flowFiles.includes(`\${${name}}`))
}
