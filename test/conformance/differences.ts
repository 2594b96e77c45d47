import { isJsonObject, type Json, type JsonObject } from '@leadline/domain'
import { expectationFor } from './expectations.ts'
import { sameValue } from './same-value.ts'

export interface Difference {
  /** The key in `expect`. */
  readonly key: string
  readonly expected: Json
  readonly got: Json
}

/** A remark to the reader of a case, not a field of the answer. */
const remarks = new Set(['compare'])

/** Where an answer is not what a case expects. Fields that the case does not name are free. */
export function differences(expected: JsonObject, answer: Json | undefined): readonly Difference[] {
  const plain: Json = JSON.parse(JSON.stringify(answer ?? null))
  const got = isJsonObject(plain) ? plain : {}
  return Object.entries(expected)
    .filter(([key]) => !remarks.has(key))
    .flatMap(([key, value]) => differenceAt(key, value, got))
}

function differenceAt(key: string, expected: Json, answer: JsonObject): readonly Difference[] {
  const exact = answer[key]
  const expectation = exact === undefined ? expectationFor(key) : undefined
  const got = (expectation === undefined ? exact : answer[expectation.field]) ?? null
  const holds = expectation === undefined ? sameValue(expected, got, key) : expectation.holds(expected, got)
  return holds ? [] : [{ key, expected, got }]
}
