import { suggestion } from '@leadline/language'
import { z } from 'zod'
import type { ConfigIssue } from '../connector.ts'

/** Checks a value and names each mistake with its path; unknown keys get the nearest right name. */
export function configIssues(schema: z.ZodType, value: unknown): readonly ConfigIssue[] {
  const result = schema.safeParse(value)
  return result.success ? [] : result.error.issues.flatMap((issue) => flatten(issue, [], schema))
}

type Path = readonly (string | number)[]

function flatten(issue: z.core.$ZodIssue, parent: Path, schema: z.ZodType): ConfigIssue[] {
  const path = [...parent, ...issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))]
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = keysAt(schema, path)
      return issue.keys.map((key) => ({ path: [...path, key], message: `unknown key "${key}"${suggestion(key, known)}` }))
    }
    case 'invalid_union': {
      const deepest = nearestBranch(issue.errors)
      if (deepest === undefined) return [{ path, message: issue.message }]
      return deepest.flatMap((inner) => flatten(inner, path, schema))
    }
    case 'invalid_key':
      return issue.issues.map(({ message }) => ({ path, message }))
    default:
      return [{ path, message: issue.message.replace(/^Invalid input: /, '') }]
  }
}

/** The branch of a union that the writer most likely meant: the one that complains about something inside, not about the type. */
function nearestBranch(branches: readonly (readonly z.core.$ZodIssue[])[]): readonly z.core.$ZodIssue[] | undefined {
  const wrongKind = (issue: z.core.$ZodIssue) => issue.path.length === 0 && /^invalid_(type|value)$/.test(issue.code ?? '')
  const inside = branches.filter((branch) => !branch.some(wrongKind))
  return inside.length === 1 ? inside[0] : undefined
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
