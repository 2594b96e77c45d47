import { compileSearchTerm } from './search-term.ts'
import { capture, compileWrittenPattern, hasGroup } from './written-pattern.ts'

/** Reads the `Set-Cookie` headers of an answer, joined by ", ". */
export type CookieReader = (setCookie: string | undefined) => string | undefined

/** The first cookie that the term is found in, as it was set; of a pattern with a group, what the group caught. */
export function compileCookieReader(term: string): CookieReader {
  const search = compileSearchTerm(term)
  const written = hasGroup(term) ? compileWrittenPattern(term) : undefined
  return (setCookie) => {
    // A comma inside a date is followed by no name.
    const cookies = setCookie?.split(/,\s*(?=[^;,=\s]+=)/) ?? []
    if (written === undefined) return cookies.find(search)?.trim()
    if (written.type === 'refused') return undefined
    return cookies.map((cookie) => capture(written.pattern, cookie)).find((caught) => caught !== undefined)
  }
}
