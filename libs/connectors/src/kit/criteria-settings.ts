import { type CriteriaSpec, locatorMistake, searchTermMistake } from '@leadline/language'
import { z } from 'zod'
import { listOf, oneOrMore } from './setting-types.ts'

/** A text that some kind of answer can be read by. */
const mistakeOf = (mistake: (text: string) => string | undefined) => (text: string, context: z.core.$RefinementCtx) => {
  const message = mistake(text)
  if (message !== undefined) context.addIssue({ code: 'custom', message })
}
const answerPath = z.string().min(1).superRefine(mistakeOf(locatorMistake))
const term = z.string().min(1).superRefine(mistakeOf(searchTermMistake))

const value = z.union([z.string(), z.number(), z.boolean()])
const values = oneOrMore(value)
const status = z.int().min(200).max(499)
const statuses = listOf(status)
const verdict = z.enum(['success', 'failure', 'error'])
const onMatch = z.enum(['success', 'failure', 'error'], { error: "Outcome on match must be 'success', 'failure', or 'error'" })
const named = z.record(z.string().min(1), answerPath)
type Wanted = z.infer<typeof values> | { readonly [name: string]: Wanted }
const wanted: z.ZodType<Wanted> = z.lazy(() => z.union([values, z.record(z.string(), wanted)]))

const outcomeRule = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/, 'must be lower-case letters, digits and "-", at most 40')
    .optional(),
  when: z
    .strictObject({
      status: statuses.optional(),
      path: answerPath.optional(),
      equals: values.optional(),
      includes: term.optional(),
    })
    .prefault({}),
  outcome: verdict,
  reason: z.string().min(1).optional(),
})

/** The settings by which a step reads a destination's answer; connectors spread them into their own. */
export const criteriaSettings = {
  success: z.strictObject({ status: statuses.optional(), path: answerPath.optional(), equals: values.optional() }).optional(),
  successCodes: z.array(status).min(1).optional(),
  successCheck: z.strictObject({ path: answerPath, value: values.optional() }).optional(),
  successWhen: z.strictObject({ status: statuses.optional(), body: z.record(z.string(), wanted).optional() }).optional(),
  failure: z.strictObject({ path: answerPath, equals: values.optional() }).optional(),
  outcomes: z.array(outcomeRule).min(1).optional(),
  search: z.strictObject({ term, path: answerPath.optional(), onMatch: onMatch.optional() }).optional(),
  generic: z.strictObject({ defaultOutcome: verdict.optional() }).optional(),
  answer: z
    .strictObject({ contentType: z.string().min(1).optional(), delimiter: z.string().min(1).max(10).optional() })
    .optional(),
  reason: listOf(answerPath).optional(),
  defaultReason: z.string().min(1).optional(),
  reference: answerPath.optional(),
  price: answerPath.optional(),
  fallbackPrice: z.union([z.number(), z.string().regex(/^\d+(\.\d+)?$/, 'is not a price')]).optional(),
  capture: named.optional(),
  errorParser: named.optional(),
  cookie: term.optional(),
  appendBody: z.boolean().optional(),
}

export type CriteriaSettings = z.infer<z.ZodObject<typeof criteriaSettings>>

/** What the settings mean, in the judge's words. */
export function criteriaOf(settings: CriteriaSettings): CriteriaSpec {
  const { success, successCodes, successCheck, successWhen, failure, outcomes, answer, fallbackPrice } = settings
  return {
    contentType: answer?.contentType,
    delimiter: answer?.delimiter,
    successCodes: successCodes ?? success?.status,
    success: success?.path === undefined ? successCheck : { path: success.path, value: success.equals },
    successWhen,
    failure: failure === undefined ? undefined : { path: failure.path, value: failure.equals },
    outcomes: outcomes?.map(({ id, ...rest }, index) => ({ id: id ?? String(index + 1), ...rest })),
    search: settings.search,
    generic: settings.generic,
    reason: settings.reason,
    defaultReason: settings.defaultReason,
    reference: settings.reference,
    price: settings.price,
    fallbackPrice: fallbackPrice === undefined ? undefined : Number(fallbackPrice),
    capture: settings.capture,
    errorParser: settings.errorParser,
    cookie: settings.cookie,
    append: settings.appendBody === false ? 'captures' : 'body',
  }
}

/** Settings that contradict each other. */
export function checkCriteria(settings: CriteriaSettings, context: z.core.$RefinementCtx): void {
  const { success, successCodes, successCheck, generic } = settings
  const refuse = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message })
  if (success?.status !== undefined && successCodes !== undefined) refuse('successCodes', 'success has its status already')
  if (success?.path !== undefined && successCheck !== undefined) refuse('successCheck', 'success has its path already')
  const own = ['success', 'successCodes', 'successCheck', 'successWhen', 'failure', 'outcomes', 'search'] as const
  const clash = own.find((name) => settings[name] !== undefined)
  if (generic !== undefined && clash !== undefined) refuse(clash, 'a generic answer concludes for itself')
}
