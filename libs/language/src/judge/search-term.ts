import { isJsonObject, type Json } from '@leadline/domain'
import { textOf } from '../text-of.ts'
import { compileWrittenPattern, isSlashed } from './written-pattern.ts'

/** Looks for words in a text; case never counts. */
export type SearchTerm = (text: string) => boolean

/** A term as it is, or a `/pattern/`. A broken pattern finds nothing. */
export function compileSearchTerm(term: string): SearchTerm {
  if (isSlashed(term)) {
    const written = compileWrittenPattern(term)
    return written.type === 'pattern' ? (text) => written.pattern.test(text) : () => false
  }
  const wanted = term.toLowerCase()
  return (text) => text.toLowerCase().includes(wanted)
}

/** Why a term finds nothing, ever. */
export function searchTermMistake(term: string): string | undefined {
  if (!isSlashed(term)) return undefined
  const written = compileWrittenPattern(term)
  return written.type === 'refused' ? written.why : undefined
}

/** Looks into found values: into each item of a list, and into the JSON of an object. */
export function searchIn(search: SearchTerm, found: readonly Json[]): boolean {
  return found.some((value) =>
    Array.isArray(value) ? searchIn(search, value) : search(isJsonObject(value) ? JSON.stringify(value) : textOf(value)),
  )
}
