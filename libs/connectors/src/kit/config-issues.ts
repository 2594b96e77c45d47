import { suggestion } from '@leadline/language'
import { z } from 'zod'
import type { ConfigIssue } from '../connector.ts'

/** Checks a value and names each mistake with its path; unknown keys get the nearest right name. */
export function configIssues(schema: z.ZodType, value: unknown): readonly ConfigIssue[] {
  const result = schema.safeParse(value)
  return result.success ? [] : result.error.issues.flatMap((issue) => flatten(issue, [], { schema, value }))
}

type Path = readonly (string | number)[]

interface Checked {
  readonly schema: z.ZodType
  readonly value: unknown
}

function flatten(issue: z.core.$ZodIssue, parent: Path, checked: Checked): ConfigIssue[] {
  const path = [...parent, ...issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))]
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = keysAt(checked.schema, path)
      return issue.keys.map((key) => ({ path: [...path, key], message: `unknown key "${key}"${suggestion(key, known)}` }))
    }
    case 'invalid_union': {
      const deepest = nearestBranch(issue.errors)
      if (deepest === undefined) return [{ path, message: choiceMessage(issue, path, checked) ?? issue.message }]
      return deepest.flatMap((inner) => flatten(inner, path, checked))
    }
    case 'invalid_key':
      return issue.issues.map(({ message }) => ({ path, message }))
    case 'invalid_value':
      return [{ path, message: choiceMessage(issue, path, checked) ?? issue.message.replace(/^Invalid input: /, '') }]
    case 'custom':
      return [{ path, message: issue.message, ...placeIn(issue.params) }]
    default:
      return [{ path, message: issue.message.replace(/^Invalid input: /, '') }]
  }
}

/** For a word that is none of those allowed: the nearest one. Undefined when the message says more, or the value is no word. */
function choiceMessage(issue: z.core.$ZodIssue, path: Path, { value }: Checked): string | undefined {
  const given = path.reduce<unknown>((inner, part) => Object.getOwnPropertyDescriptor(Object(inner), part)?.value, value)
  const allowed = wordsOf(issue)
  if (typeof given !== 'string' || allowed.length === 0 || !issue.message.startsWith('Invalid')) return undefined
  return `"${given}" is not allowed here${suggestion(given, allowed)}`
}

function wordsOf(issue: z.core.$ZodIssue): readonly string[] {
  if (issue.code === 'invalid_value') return issue.values.filter((value) => typeof value === 'string')
  return issue.code === 'invalid_union' ? issue.errors.flat().flatMap(wordsOf) : []
}

function placeIn(params: Readonly<Record<string, unknown>> | undefined): Pick<ConfigIssue, 'place'> {
  const { line, column } = params ?? {}
  return typeof line === 'number' && typeof column === 'number' ? { place: { line, column } } : {}
}

/** The branch of a union that the writer most likely meant: it complains about something inside, not about the type, and about the least. */
function nearestBranch(branches: readonly (readonly z.core.$ZodIssue[])[]): readonly z.core.$ZodIssue[] | undefined {
  const wrongKind = (issue: z.core.$ZodIssue) => issue.path.length === 0 && /^invalid_(type|value)$/.test(issue.code ?? '')
  const inside = branches.filter((branch) => !branch.some(wrongKind))
  const fewest = Math.min(...inside.map(complaints))
  const likely = inside.filter((branch) => complaints(branch) === fewest)
  return likely.length === 1 ? likely[0] : undefined
}

function complaints(branch: readonly z.core.$ZodIssue[]): number {
  return branch.reduce((sum, issue) => sum + (issue.code === 'unrecognized_keys' ? issue.keys.length : 1), 0)
}

/** The names that an object at this path may have, from the schema's JSON Schema. */
function keysAt(schema: z.ZodType, path: Path): readonly string[] {
  let current: readonly Schema[] = [z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' })]
  for (const part of path) current = current.flatMap((one) => childrenOf(one, part))
  return current.flatMap(variantsOf).flatMap((one) => Object.keys(one.properties ?? {}))
}

type Schema = z.core.JSONSchema.JSONSchema

function variantsOf(schema: Schema): readonly Schema[] {
  return [
    schema,
    ...[...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].flatMap((one) => (typeof one === 'object' ? variantsOf(one) : [])),
  ]
}

function childrenOf(schema: Schema, part: string | number): Schema[] {
  return variantsOf(schema).flatMap((one) => {
    const listed = typeof part === 'string' ? (one.properties?.[part] ?? one.additionalProperties) : one.items
    return typeof listed === 'object' && !Array.isArray(listed) ? [listed] : []
  })
}
