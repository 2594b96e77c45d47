import { compileLinearPattern, type LinearPattern } from '../linear-pattern.ts'

const slashed = /^\/(.+)\/([a-z]*)$/s

/** Written as `/pattern/flags`. */
export function isSlashed(source: string): boolean {
  const flags = slashed.exec(source)?.[2]
  return flags !== undefined && /^[gimsu]*$/.test(flags)
}

/** Has a group that catches something, as in `id: (\d+)`. */
export function hasGroup(source: string): boolean {
  return /(?:^|[^\\])\((?!\?[:=!<i]|\))/.test(source)
}

export type WrittenPattern =
  | { readonly type: 'pattern'; readonly pattern: LinearPattern }
  | { readonly type: 'refused'; readonly why: string }

/** A pattern as integrators write it, with slashes or without; case never counts. */
export function compileWrittenPattern(source: string): WrittenPattern {
  const [, inner = source, flags = ''] = isSlashed(source) ? (slashed.exec(source) ?? []) : []
  return compileLinearPattern(inner, flags.includes('i') ? flags : `${flags}i`)
}

/** What the pattern's first group caught in its first match, blanks around it gone; the whole match when it has no group; undefined when there is none. */
export function capture(pattern: LinearPattern, text: string): string | undefined {
  const groups = pattern.match(text)
  return (groups !== undefined && groups.length > 1 ? groups[1] : groups?.[0])?.trim()
}
