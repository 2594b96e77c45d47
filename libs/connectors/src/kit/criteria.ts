import { isExactNumber, type Json } from '@leadline/domain'
import { compilePath, isBlank, looselyEqual, type PathReader, textOf } from '@leadline/language'
import { z } from 'zod'
import type { StepSays } from './outcome-rule.ts'
import { bodyPath, oneOrMore } from './setting-types.ts'

const value = z.union([z.string(), z.number(), z.boolean()])

/** The settings by which a step reads a destination's answer; connectors spread them into their own. */
export const criteriaSettings = {
  success: z
    .strictObject({
      status: z.array(z.int().min(200).max(499)).min(1).optional(),
      path: bodyPath.optional(),
      equals: oneOrMore(value).optional(),
    })
    .optional(),
  failure: z.strictObject({ path: bodyPath, equals: oneOrMore(value).optional() }).optional(),
  reason: oneOrMore(bodyPath).optional(),
  defaultReason: z.string().min(1).optional(),
  reference: bodyPath.optional(),
  price: bodyPath.optional(),
}

export type CriteriaSettings = z.infer<z.ZodObject<typeof criteriaSettings>>

/** How a step reads an answer. `body` is undefined when it has no structure. */
export interface Criteria {
  readonly says: (status: number, body: Json | undefined) => StepSays
  /** The destination's words, several sorted and joined by ", "; undefined when it gave none. */
  readonly reason: (body: Json | undefined) => string | undefined
  readonly defaultReason: string | undefined
  readonly reference: (body: Json | undefined) => string | null
  readonly price: (body: Json | undefined) => number | null
}

type Test = (body: Json | undefined) => boolean

export function compileCriteria(settings: CriteriaSettings): Criteria {
  const { success, failure } = settings
  const reasons = [settings.reason ?? []].flat().map(compilePath)
  const reference = compileOptional(settings.reference)
  const price = compileOptional(settings.price)
  const failed = failure === undefined ? undefined : compileTest(failure.path, failure.equals)
  const succeeded = success?.path === undefined ? undefined : compileTest(success.path, success.equals)
  const statuses = success?.status === undefined ? undefined : new Set(success.status)

  const says = (status: number, body: Json | undefined): StepSays => {
    if (failed?.(body)) return 'failure-by-path'
    if (statuses === undefined ? status < 200 || status > 299 : !statuses.has(status)) return 'nothing'
    if (succeeded === undefined) return 'success-by-status'
    if (body === undefined) return 'unreadable'
    if (succeeded(body)) return 'success-by-path'
    return failed === undefined ? 'not-success' : 'nothing'
  }

  return {
    says,
    reason: (body) => joinReasons(reasons.map((read) => read(body))),
    defaultReason: settings.defaultReason,
    reference: (body) => textOf(reference(body)).trim() || null,
    price: (body) => priceOf(price(body)),
  }
}

function compileTest(path: string, equals: Json | undefined): Test {
  const read = compilePath(path)
  if (equals === undefined) return (body) => !isBlank(read(body)) && read(body) !== false
  const wanted = Array.isArray(equals) ? equals : [equals]
  return (body) => {
    const found = read(body)
    return found !== undefined && wanted.some((one) => looselyEqual(found, one))
  }
}

function compileOptional(path: string | undefined): PathReader {
  return path === undefined ? () => undefined : compilePath(path)
}

function joinReasons(found: readonly (Json | undefined)[]): string | undefined {
  const texts = found.flat().map((one) => textOf(one).trim())
  const reasons = [...new Set(texts.filter((text) => text !== ''))].sort()
  return reasons.length === 0 ? undefined : reasons.join(', ').slice(0, 500)
}

/** `18.5`, `"18.50"` and `"$1,018.50"`; anything else is no price. */
function priceOf(found: Json | undefined): number | null {
  if (typeof found === 'number') return found
  const text = typeof found === 'string' ? found.replaceAll(/[$€£,\s]/g, '') : ''
  if (text !== '' && Number.isFinite(Number(text))) return Number(text)
  return found !== undefined && isExactNumber(found) ? Number(found.rawJSON) : null
}
