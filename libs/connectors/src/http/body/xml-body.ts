import { isJsonObject, type Json, LeadlineError } from '@leadline/domain'
import { compileNesting, isXmlName, parseFieldPath, xmlDocument } from '@leadline/formats'
import { compileTemplate } from '@leadline/language'
import { z } from 'zod'
import { report, templateFor } from '../../kit/setting-types.ts'
import { compileStructure, structure } from '../structure.ts'
import type { BodyWriter } from './written-body.ts'

const contentType = 'application/xml; charset=utf-8'

/** A template of the whole document, or values by paths: `lead.phone.0`, `lead.phone.0.@type`, `lead.note.#cdata`. */
export const xmlBody = z.union([
  templateFor('xml'),
  z.record(z.string(), structure).superRefine((fields, context) => report(context, () => rootOf(fields))),
])

export function compileXmlBody(source: z.infer<typeof xmlBody>): BodyWriter {
  if (typeof source === 'string') {
    const template = compileTemplate(source, 'xml')
    return (view) => ({ content: template.text(view), contentType })
  }
  const paths = Object.keys(source).map(withParts)
  const root = rootOf(source)
  const values = Object.values(source).map(compileStructure)
  const nest = compileNesting(paths, '#text')
  return (view) => {
    const whole = nest(values.map((value) => value(view)))
    return { content: xmlDocument(root, memberOf(whole, root)), contentType }
  }
}

function memberOf(value: Json, name: string): Json {
  return isJsonObject(value) ? (value[name] ?? null) : null
}

/** `phone@type` is `phone.@type`, and `note#cdata` is `note.#cdata`. */
function withParts(path: string): string {
  return path.replace(/([^.])([@#][^.@#]+)$/, '$1.$2')
}

/** The one element that all paths start with, and that no list repeats. Throws CONFIGURATION. */
function rootOf(fields: Readonly<Record<string, Json>>): string {
  const roots = new Set<string>()
  for (const [path, value] of Object.entries(fields)) {
    const segments = parseFieldPath(withParts(path))
    for (const [at, { name, index }] of segments.entries()) {
      if (index && at > 1) continue
      if (index && at === 1) throw mistake(`a document has one root: "${path}" repeats it`)
      const part = at === segments.length - 1 ? name.replace(/^@|^#(?:text|cdata)$/, '') || 'part' : name
      if (index || !isXmlName(part)) throw mistake(`"${name}" cannot be an element or attribute in "${path}"`)
    }
    if (segments.length === 1 && Array.isArray(value)) throw mistake(`a document has one root: the list at "${path}" repeats it`)
    roots.add(segments[0]?.name ?? '')
  }
  const [root] = roots
  if (root === undefined || roots.size > 1) throw mistake('a document has one root: all paths start with the same name')
  return root
}

function mistake(message: string): LeadlineError {
  return new LeadlineError('CONFIGURATION', message)
}
