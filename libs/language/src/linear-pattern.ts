import { RE2JS } from 're2js'
import { trivialPattern } from './trivial-pattern.ts'

/** A regular expression written by a user. Its time grows with the text alone, whatever the pattern (RE2 semantics). */
export interface LinearPattern {
  readonly test: (text: string) => boolean
  /** The first match: whole, then its groups (undefined: took no part); undefined when there is none. */
  readonly match: (text: string) => readonly (string | undefined)[] | undefined
  /** All whole matches. */
  readonly matchAll: (text: string) => readonly string[]
  /** `$1` … `$99`, `$&` and `$$` in the replacement mean what they mean in JavaScript. */
  readonly replaceFirst: (text: string, replacement: string) => string
  readonly replaceAll: (text: string, replacement: string) => string
  /** The parts between the matches. */
  readonly split: (text: string) => readonly string[]
}

export type CompiledPattern =
  | { readonly type: 'pattern'; readonly pattern: LinearPattern }
  | { readonly type: 'refused'; readonly why: string }

const longestPattern = 1_000

/** Compiles `source`; `flags` may hold i, m, s, and g and u, which change nothing here. Never throws: a pattern that cannot be linear is refused. */
export function compileLinearPattern(source: string, flags = ''): CompiledPattern {
  if (source.length > longestPattern) return { type: 'refused', why: `a pattern of more than ${longestPattern} characters` }
  const unknown = /[^gimsu]/.exec(flags)?.[0]
  if (unknown !== undefined)
    return { type: 'refused', why: `the pattern flag "${unknown}" is not supported; allowed: g, i, m, s, u` }
  try {
    const compiled = RE2JS.compile(inRe2Words(source), flagBits(flags))
    const find = finderOf(compiled)
    const native = flags.replace(/[gu]/g, '') === '' ? trivialPattern(source) : undefined
    return { type: 'pattern', pattern: native === undefined ? linear(compiled, find) : trivial(native, find) }
  } catch (thrown) {
    return { type: 'refused', why: complaint(source, thrown) }
  }
}

interface Found {
  readonly start: number
  readonly end: number
  readonly groups: readonly (string | undefined)[]
}

type Finder = (text: string) => Iterable<Found>

function linear(compiled: RE2JS, find: Finder): LinearPattern {
  const first = (text: string): Found | undefined => {
    for (const found of find(text)) return found
    return undefined
  }
  return {
    test: (text) => compiled.test(text),
    match: (text) => first(text)?.groups,
    matchAll: (text) => Array.from(find(text), ({ groups }) => groups[0] ?? ''),
    replaceFirst: (text, replacement) => {
      const found = first(text)
      return found === undefined ? text : rebuilt(text, [found], replacement)
    },
    replaceAll: (text, replacement) => rebuilt(text, find(text), replacement),
    split: (text) => splitAt(text, find(text)),
  }
}

/** The same, with the pattern that the platform's own engine runs as safely and a lot faster. */
function trivial(native: { readonly first: RegExp; readonly all: RegExp }, find: Finder): LinearPattern {
  return {
    test: (text) => native.first.test(text),
    match: (text) => native.first.exec(text) ?? undefined,
    matchAll: (text) => text.match(native.all) ?? [],
    replaceFirst: (text, replacement) => text.replace(native.first, (whole) => expanded(replacement, [whole])),
    replaceAll: (text, replacement) => text.replace(native.all, (whole) => expanded(replacement, [whole])),
    split: (text) => splitAt(text, find(text)),
  }
}

function finderOf(compiled: RE2JS): Finder {
  return function* find(text) {
    const matcher = compiled.matcher(text)
    const count = matcher.groupCount()
    while (matcher.find()) {
      const groups = Array.from({ length: count + 1 }, (_, group) => matcher.group(group) ?? undefined)
      yield { start: matcher.start(), end: matcher.end(), groups }
    }
  }
}

function rebuilt(text: string, matches: Iterable<Found>, replacement: string): string {
  let out = ''
  let at = 0
  for (const { start, end, groups } of matches) {
    out += text.slice(at, start) + expanded(replacement, groups)
    at = end
  }
  return out + text.slice(at)
}

function expanded(replacement: string, groups: readonly (string | undefined)[]): string {
  if (!replacement.includes('$')) return replacement
  return replacement.replace(/\$(?:\$|&|(\d{1,2}))/g, (whole, digits: string | undefined) => {
    if (whole === '$$') return '$'
    if (digits === undefined) return groups[0] ?? ''
    if (Number(digits) > 0 && Number(digits) < groups.length) return groups[Number(digits)] ?? ''
    const short = Number(digits[0])
    return short > 0 && short < groups.length && digits.length === 2 ? (groups[short] ?? '') + digits[1] : whole
  })
}

function splitAt(text: string, matches: Iterable<Found>): string[] {
  const parts: string[] = []
  let at = 0
  for (const { start, end } of matches) {
    if (start === end && (start === 0 || start === text.length)) continue
    parts.push(text.slice(at, start))
    at = end
  }
  return [...parts, text.slice(at)]
}

/** `\u0041` and `\u{1F600}` are JavaScript's; RE2 writes `\x{…}`. */
function inRe2Words(source: string): string {
  return source.replace(/\\(?:u(?:\{([0-9a-fA-F]{1,6})\}|([0-9a-fA-F]{4}))|[\s\S])/g, (whole, braced?: string, four?: string) =>
    braced === undefined && four === undefined ? whole : `\\x{${braced ?? four}}`,
  )
}

function flagBits(flags: string): number {
  const bits = { i: RE2JS.CASE_INSENSITIVE, m: RE2JS.MULTILINE, s: RE2JS.DOTALL }
  return (flags.includes('i') ? bits.i : 0) | (flags.includes('m') ? bits.m : 0) | (flags.includes('s') ? bits.s : 0)
}

function complaint(source: string, thrown: unknown): string {
  const said = thrown instanceof Error ? thrown.message.replace(/^error parsing regexp: /, '') : String(thrown)
  if (/`\(\?<?[=!]/.test(said)) return `the pattern /${source}/ looks ahead or behind, which cannot be done in linear time`
  if (/`\\(?:[1-9]|k)/.test(said)) return `the pattern /${source}/ refers back to a group, which cannot be done in linear time`
  return `the pattern /${source}/ cannot be read: ${said}`
}
