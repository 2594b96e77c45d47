import type { Json } from '@leadline/domain'
import { isBlank, looselyEqual } from '../compare.ts'
import type { AnswerDocument } from './answer-document.ts'
import { compileLocator } from './locator.ts'

/** A question to an answer that has a structure, or a text that a pattern can be looked for in. */
export type AnswerTest = (document: AnswerDocument) => boolean

/** Holds when one of the values at the path is one of those wanted; with nothing wanted, when it is neither blank nor false. */
export function compileValueTest(path: string, wanted: Json | undefined): AnswerTest {
  const find = compileLocator(path)
  if (wanted === undefined) return (document) => find(document).some((found) => !isBlank(found) && found !== false)
  const choices: readonly Json[] = Array.isArray(wanted) ? wanted : [wanted]
  return (document) => find(document).some((found) => choices.some((choice) => looselyEqual(found, choice)))
}
