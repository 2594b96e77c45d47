import { suggestion } from '../nearest-name.ts'
import { helpers } from '../operations/operations.ts'
import { isViewRoot, readerIn, viewRoots } from '../view.ts'
import type { Evaluate, Loop } from './evaluate.ts'
import { memberOf } from './member-of.ts'

/** Which bare names a template may use besides those that every template knows. */
export interface KnownNames {
  /** Values that earlier steps stored: `{{auth_token}}`. */
  readonly names?: readonly string[]
  /** What a name is that nobody knows: a mistake when the flow is loaded (usual), or blank. */
  readonly unknown?: 'mistake' | 'blank'
}

type Named =
  | { readonly type: 'read'; readonly evaluate: Evaluate }
  /** A name that cannot be read, and why. */
  | { readonly type: 'unknown'; readonly why: string }

const loopNames: ReadonlyMap<string, (loop: Loop) => ReturnType<Evaluate>> = new Map([
  ['this', ({ items, index }: Loop) => items[index]],
  ['@index', ({ index }: Loop) => index],
  ['@key', ({ keys, index }: Loop) => keys?.[index] ?? index],
  ['@first', ({ index }: Loop) => index === 0],
  ['@last', ({ items, index }: Loop) => index === items.length - 1],
])

/** A reader for `name` and the names after it. */
export function readName(name: string, path: readonly string[], known: KnownNames, depth: number): Named {
  const ofLoop = loopNames.get(name)
  if (ofLoop !== undefined) {
    if (depth === 0) return { type: 'unknown', why: `"${name}" stands inside of #each only` }
    return { type: 'read', evaluate: (_view, loop) => (loop === undefined ? undefined : path.reduce(memberOf, ofLoop(loop))) }
  }
  if (isViewRoot(name)) return { type: 'read', evaluate: readerIn(name, path) }
  if (known.names?.includes(name) || known.unknown === 'blank') {
    const names = [name, ...path]
    return { type: 'read', evaluate: (view) => names.reduce(memberOf, view.stored) }
  }
  const candidates = [...viewRoots, ...(known.names ?? []), ...(depth > 0 ? loopNames.keys() : [])]
  return { type: 'unknown', why: `"${name}" cannot be read here${suggestion(name, candidates)}` }
}

/** Helpers that need nothing: `{{uuid}}`. */
export function standsAlone(name: string): boolean {
  return helpers.get(name)?.alone === true
}
