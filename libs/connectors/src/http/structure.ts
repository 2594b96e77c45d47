import { isExactNumber, isJsonObject, type Json, type JsonObject } from '@leadline/domain'
import { compileNesting, type PathSegment, parseFieldPath } from '@leadline/formats'
import { compileTemplate, type View } from '@leadline/language'
import { z } from 'zod'
import { report, templateFor } from '../kit/setting-types.ts'

const scalar = z.union([templateFor('text'), z.number(), z.boolean(), z.null()])

/** A nested structure with templates in its texts. */
export const structure: z.ZodType<Json> = z.lazy(() => z.union([scalar, z.array(structure), objectStructure]))

/** The same, with an object at its top. A name that cannot be read is reported where it stands. */
export const objectStructure = z
  .record(z.string(), structure)
  .superRefine((source, context) => report(context, () => compileNesting(Object.keys(source))))

/** Fills a nested structure of templates; undefined when it is a single expression that finds nothing. */
export type Structure = (view: View) => Json | undefined

/**
 * Compiles every text of a structure once. A key whose value finds nothing is left out; an unknown list item is null. Keys with dots nest, keys
 * of digits make arrays, `{123}` is a key. Throws CONFIGURATION for a key that cannot be read.
 */
export function compileStructure(source: Json): Structure {
  if (typeof source === 'string') return compileTemplate(source, 'text').value
  if (isJsonObject(source)) return compileObject(source)
  if (typeof source !== 'object' || source === null || isExactNumber(source)) return () => source
  return compileList(source)
}

/** Every item in its place: one that finds nothing is null. */
export function compileList(source: readonly Json[]): (view: View) => readonly Json[] {
  const items = source.map(compileStructure)
  return (view) => items.map((item) => item(view) ?? null)
}

/** The same for fields of a form or a query: any name will do, and digits alone are a name. */
export function compileFields(source: JsonObject): (view: View) => JsonObject {
  const nest = compileNesting(Object.keys(source).map(fieldPath))
  const values = Object.values(source).map(compileStructure)
  return (view) => {
    const filled = nest(values.map((value) => value(view)))
    return isJsonObject(filled) ? filled : {}
  }
}

function compileObject(source: JsonObject): Structure {
  const names = Object.keys(source)
  const members = Object.entries(source).map(([name, value]) => ({ name, structure: compileStructure(value) }))
  if (names.every((name) => plainName.test(name))) return fillPlain(members)
  const nest = compileNesting(names)
  return (view) => nest(members.map(({ structure }) => structure(view)))
}

// Nothing that nests, and not what assignment would take for the prototype.
const plainName = /^(?!\d+$|__proto__$)[^.{}[\]]+$/

function fillPlain(members: readonly { readonly name: string; readonly structure: Structure }[]): Structure {
  return (view) => {
    const filled: Record<string, Json> = {}
    for (const { name, structure } of members) {
      const value = structure(view)
      if (value !== undefined) filled[name] = value
    }
    return filled
  }
}

function fieldPath(name: string): readonly PathSegment[] {
  const literal: readonly PathSegment[] = [{ name, index: false }]
  if (name.includes('[')) return literal
  try {
    const [first, ...rest] = parseFieldPath(name)
    return first === undefined ? literal : [{ ...first, index: false }, ...rest]
  } catch {
    return literal
  }
}
