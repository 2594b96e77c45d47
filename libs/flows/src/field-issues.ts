import { standardTypes, suggestion } from '@leadline/language'
import type { FieldsDefinition, TypesDefinition } from './field-schema.ts'
import type { Issue } from './mistake.ts'

/** Types that fields and own types name but nobody has, and own types that hide a standard one. */
export function fieldIssues(fields: FieldsDefinition, types: TypesDefinition): Issue[] {
  const standard = [...standardTypes.keys()]
  const all = [...Object.keys(types), ...standard]
  return [
    ...Object.entries(fields).flatMap(([field, { type }]) => unknownType(['fields', field], type, all)),
    ...Object.entries(types).flatMap(([name, { base }]) => unknownType(['types', name, 'base'], base, standard)),
    ...Object.keys(types).flatMap((name): Issue[] =>
      standardTypes.has(name) ? [{ path: ['types', name], message: 'is the name of a type that comes with Leadline' }] : [],
    ),
    ...Object.entries(types).flatMap(([name, type]) => limitIssues(name, type)),
  ]
}

const counted = new Set(['number', 'range'])
const dated = new Set(['date', 'dob', 'time'])

/** A limit that nothing of its type can be compared with would let nothing through. */
function limitIssues(name: string, { base, min, max }: TypesDefinition[string]): Issue[] {
  return Object.entries({ min, max }).flatMap(([limit, value]): Issue[] => {
    const path = ['types', name, limit]
    if (value === undefined || !standardTypes.has(base)) return []
    if (counted.has(base)) return typeof value === 'number' ? [] : [{ path, message: `must be a number, like a ${base}` }]
    if (!dated.has(base)) return [{ path, message: `a ${base} has no order; number, range, date, dob and time have` }]
    return typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? [] : [{ path, message: 'must be a date: YYYY-MM-DD' }]
  })
}

function unknownType(path: readonly string[], type: string | undefined, known: readonly string[]): Issue[] {
  if (type === undefined || known.includes(type)) return []
  return [{ path, message: `there is no type "${type}"${suggestion(type, known)}` }]
}
