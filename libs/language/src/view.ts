import type { Json, JsonObject } from '@leadline/domain'
import { suggestion } from './nearest-name.ts'
import { type PathReader, parsePath, readerOf } from './path.ts'
import { SyntaxMistake } from './syntax-mistake.ts'

/** What templates and conditions of a step can see. */
export interface View {
  readonly lead: JsonObject
  readonly appended: JsonObject
  readonly source: JsonObject
  readonly flow: JsonObject
}

const roots = ['lead', 'appended', 'source', 'flow'] as const

/** Reads one value of a view; undefined when nothing is there. */
export type ViewReader = (view: View) => Json | undefined

/** A reader for `lead.email`, `appended.phone_check.carrier` …; an unknown root is a `SyntaxMistake` that names the nearest one. */
export function compileViewPath(path: string, source: string = path, offset = 0): ViewReader {
  const [name, ...rest] = parsePath(path, source, offset)
  const root = roots.find((candidate) => candidate === name)
  if (root === undefined) {
    throw new SyntaxMistake(`"${name}" cannot be read here${suggestion(name ?? '', roots)}`, source, offset)
  }
  const read: PathReader = readerOf(rest)
  return (view) => read(view[root])
}
