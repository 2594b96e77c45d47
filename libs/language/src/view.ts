import { createHash } from 'node:crypto'
import { suggestion } from './nearest-name.ts'
import { parsePath } from './path.ts'
import { SyntaxMistake } from './syntax-mistake.ts'
import { memberOf } from './template/member-of.ts'
import { momentText } from './time/moment-text.ts'
import type { Value, ValueObject } from './typed-value.ts'

/** What templates and rules can see. What a place does not know is left out, and blank. */
export interface View {
  readonly lead: ValueObject
  readonly appended: ValueObject
  readonly source: ValueObject
  readonly flow: ValueObject
  readonly submission?: ValueObject
  readonly settings?: ValueObject
  readonly batch?: ValueObject
  /** A destination's answer. */
  readonly response?: Value
  /** Milliseconds since 1970, or a moment as text; templates read text. */
  readonly now?: number | string
  /** From 0 to 1; without one, it is made of `key`. */
  readonly random?: number
  /** What is the same whenever the same thing is tried again: ids and random numbers are made of it. */
  readonly key?: string
  /** Values by bare names: `{{auth_token}}`. */
  readonly stored?: ValueObject
}

export const viewRoots = [
  'lead',
  'appended',
  'source',
  'flow',
  'submission',
  'settings',
  'batch',
  'response',
  'now',
  'random',
] as const

export type ViewRoot = (typeof viewRoots)[number]

export function isViewRoot(name: string): name is ViewRoot {
  return viewRoots.some((root) => root === name)
}

function randomOf(key: string | undefined): Value | undefined {
  return key === undefined
    ? undefined
    : Number.parseInt(createHash('sha256').update(key).digest('hex').slice(0, 13), 16) / 2 ** 52
}

/** Reads one value of a view; undefined when nothing is there. */
export type ViewReader = (view: View) => Value | undefined

/** A reader for a root and the names after it. */
export function readerIn(root: ViewRoot, names: readonly string[]): ViewReader {
  const [first, second] = names
  if (root === 'random') return (view) => names.reduce(memberOf, view.random ?? randomOf(view.key))
  if (root === 'now') return (view) => names.reduce(memberOf, momentText(view.now))
  if (first === undefined) return (view) => view[root]
  if (second === undefined) return (view) => memberOf(view[root], first)
  if (names.length === 2) return (view) => memberOf(memberOf(view[root], first), second)
  return (view) => names.reduce(memberOf, view[root])
}

/** A reader for `lead.email`, `appended.phone_check.carrier` …; an unknown root is a `SyntaxMistake` that names the nearest one. */
export function compileViewPath(path: string, source: string = path, offset = 0): ViewReader {
  const [name = '', ...rest] = parsePath(path, source, offset)
  if (!isViewRoot(name)) {
    throw new SyntaxMistake(`"${name}" cannot be read here${suggestion(name, viewRoots)}`, source, offset)
  }
  return readerIn(name, rest)
}
