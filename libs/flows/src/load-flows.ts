import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CheckLimits, ConnectorTools } from '@leadline/connectors'
import { LeadlineError } from '@leadline/domain'
import { createRedactor } from '@leadline/http'
import { buildFlow, secretsOf } from './build-flow.ts'
import { checkFlow } from './check-flow.ts'
import type { Flow, Flows } from './flow.ts'
import { type FlowFile, parseFlowFile } from './flow-file.ts'
import type { FlowDefinition } from './flow-schema.ts'
import { configurationError, type Mistake } from './mistake.ts'
import { type Environment, resolveEnvironment } from './resolve-env.ts'

export interface LoadOptions {
  readonly env: Environment
  /** What steps call with. `redact` is extended by the secrets of the flows. */
  readonly tools: ConnectorTools
  /** What addresses are held to; any unless told. */
  readonly limits?: CheckLimits
}

/** Loads every `*.yaml` and `*.yml` of a directory. Rejects with one CONFIGURATION error that names all mistakes of all files. */
export async function loadFlows(directory: string, options: LoadOptions): Promise<Flows> {
  return build(await readFlowFiles(directory), options)
}

/** Loads one file in the same way. */
export async function loadFlowFile(file: string, options: LoadOptions): Promise<Flows> {
  return build([await readFlowFile(file)], options)
}

export interface FlowsCheck {
  readonly files: number
  /** By file, then by place. */
  readonly mistakes: readonly Mistake[]
}

/** All mistakes of all flow files of a directory, as `loadFlows` would name them. */
export async function checkFlows(directory: string, env: Environment): Promise<FlowsCheck> {
  const read = (await readFlowFiles(directory)).map((file) => readDefinition(file, env))
  const redact = createRedactor(read.flatMap((one) => one.secrets))
  const mistakes = mistakesOf(read).map((mistake) => ({ ...mistake, message: redact(mistake.message) }))
  return { files: read.length, mistakes }
}

function mistakesOf(read: readonly ReadDefinition[]): readonly Mistake[] {
  return [...read.flatMap((one) => one.mistakes), ...repeatedNames(read)]
}

function build(files: readonly FlowFile[], { env, tools, limits }: LoadOptions): Flows {
  const read = files.map((file) => readDefinition(file, env, limits))
  const mistakes = mistakesOf(read)
  const fromEnvironment = read.flatMap((one) => one.secrets)
  if (mistakes.length > 0) throw configurationError(mistakes, createRedactor(fromEnvironment))

  const usable = read.flatMap((one) => (one.definition === undefined ? [] : [{ ...one, definition: one.definition }]))
  const secrets = [...new Set([...fromEnvironment, ...usable.flatMap(({ definition }) => secretsOf(definition))])]
  const own = createRedactor(secrets)
  const redacting: ConnectorTools = { ...tools, redact: (text) => own(tools.redact(text)) }
  const flows = usable.map(({ definition, source }): Flow => buildFlow(definition, source.value, source.file, redacting))
  return {
    byName: new Map(flows.map((flow) => [flow.name, flow])),
    pools: [...new Set(['default', ...flows.flatMap((flow) => flow.steps.map((step) => step.pool))])],
    secrets,
  }
}

interface ReadDefinition {
  readonly source: FlowFile
  readonly definition: FlowDefinition | undefined
  readonly mistakes: readonly Mistake[]
  readonly secrets: readonly string[]
}

async function readFlowFiles(directory: string): Promise<FlowFile[]> {
  const names = await readdir(directory).catch((cause: unknown) => {
    throw new LeadlineError('CONFIGURATION', `the flows directory ${directory} cannot be read`, { cause, fields: { directory } })
  })
  const flowNames = names.filter((name) => /\.ya?ml$/.test(name)).sort()
  if (flowNames.length === 0) {
    throw new LeadlineError('CONFIGURATION', `the flows directory ${directory} has no *.yaml file`, { fields: { directory } })
  }
  return Promise.all(flowNames.map((name) => readFlowFile(join(directory, name))))
}

async function readFlowFile(file: string): Promise<FlowFile> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new LeadlineError('CONFIGURATION', `the flow file ${file} cannot be read`, { cause, fields: { file } })
  })
  return parseFlowFile(file, text)
}

function readDefinition(source: FlowFile, env: Environment, limits?: CheckLimits): ReadDefinition {
  if (source.mistakes.length > 0) return { source, definition: undefined, mistakes: source.mistakes, secrets: [] }
  const { value, used, problems } = resolveEnvironment(source.value, env)
  const missing = problems.map((problem) => ({ file: source.file, ...source.placeOf(problem.path), ...problem }))
  const checked = checkFlow(source, value, limits)
  const secrets = used.filter((text) => !isPlainOrigin(text))
  if (checked.type === 'usable') return { source, definition: checked.definition, mistakes: missing, secrets }
  // A field whose variable is missing is wrong for that reason alone.
  const broken = new Set(missing.map(({ path }) => path.join('.')))
  const others = checked.mistakes.filter(({ path }) => !broken.has(path.join('.')))
  const all = [...missing, ...others].sort((a, b) => a.line - b.line || a.column - b.column)
  return { source, definition: undefined, mistakes: all, secrets }
}

/** `http://127.0.0.1:9000` and the like: an address is no secret, and masking it would blind every exchange that is shown. */
function isPlainOrigin(text: string): boolean {
  const url = URL.parse(text)
  return url !== null && /^https?:$/.test(url.protocol) && (text === url.origin || text === `${url.origin}/`)
}

function repeatedNames(read: readonly ReadDefinition[]): Mistake[] {
  const seen = new Map<string, string>()
  return read.flatMap(({ source, definition }): Mistake[] => {
    if (definition === undefined) return []
    const first = seen.get(definition.flow)
    if (first === undefined) {
      seen.set(definition.flow, source.file)
      return []
    }
    return [
      {
        file: source.file,
        ...source.placeOf(['flow']),
        path: ['flow'],
        message: `the flow "${definition.flow}" is in ${first} already`,
      },
    ]
  })
}
