import type { Json } from '@leadline/domain'

/** One thing that was looked at on the way to a conclusion, in its order. For people who ask why. */
export type Decision =
  /** The kind of document that a body was read as. */
  | { readonly type: 'body'; readonly kind: string }
  | { readonly type: 'question'; readonly question: string; readonly held: boolean }
  /** What was found where the step says it stands. */
  | { readonly type: 'found'; readonly name: string; readonly path: string; readonly values: readonly Json[] }

export type Explain = (decision: Decision) => void

/** The test itself, and with somebody to explain to, one that tells its answer. */
export function told<Arguments extends readonly unknown[]>(
  question: string,
  test: (...given: Arguments) => boolean,
  explain: Explain | undefined,
): (...given: Arguments) => boolean {
  if (explain === undefined) return test
  return (...given) => {
    const held = test(...given)
    explain({ type: 'question', question, held })
    return held
  }
}

/** The same for a reader of values. */
export function toldFound<Document>(
  { name, path }: { readonly name: string; readonly path: string },
  find: (document: Document) => readonly Json[],
  explain: Explain | undefined,
): (document: Document) => readonly Json[] {
  if (explain === undefined) return find
  return (document) => {
    const values = find(document)
    explain({ type: 'found', name, path, values })
    return values
  }
}

/** `path is "accepted"`, for a question. */
export function valueQuestion(path: string, wanted: Json | undefined): string {
  return wanted === undefined ? `${path} is there` : `${path} is ${JSON.stringify(wanted)}`
}
