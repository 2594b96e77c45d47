import { rulesSetting } from '@leadline/connectors'
import { namedRetryPolicies, type RetryPolicy } from '@leadline/domain'
import { z } from 'zod'
import { readDuration } from './duration.ts'
import { fieldsSchema, typesSchema } from './field-schema.ts'
import type { SourceAuth } from './flow.ts'
import { acceptanceSchema, capsSchema, hoursSchema, mappingSchema, pricingSchema, timezoneSchema } from './gate-schema.ts'
import { settingsSchema } from './settings-schema.ts'

const durationMs = z.string().transform((text, context) => {
  const ms = readDuration(text)
  if (ms !== undefined) return ms
  context.addIssue({ code: 'custom', message: `"${text}" is not a duration like 500ms, 5s, 10m, 2h or 30d` })
  return z.NEVER
})
const positiveMs = durationMs.refine((ms) => ms > 0, 'must be longer than nothing')

// Names stand in addresses, topic names and header values.
const name = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?$/, 'must be lower-case letters, digits, "-" and "_", at most 64')
const appendName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_-]{0,63}$/, 'must be a name without dots, at most 64 characters')
const secret = z.string().min(1)

const auth = z
  .union([
    z.literal('none'),
    z.strictObject({
      apiKey: secret.optional(),
      apiKeys: z.array(secret).min(1).optional(),
      basic: z.strictObject({ username: z.string().min(1), password: secret }).optional(),
    }),
  ])
  .transform((value, context): SourceAuth => {
    if (value === 'none') return { type: 'none' }
    const { apiKey, apiKeys, basic } = value
    if ([apiKey, apiKeys, basic].filter((kind) => kind !== undefined).length !== 1) {
      context.addIssue({ code: 'custom', message: 'needs exactly one of apiKey, apiKeys, basic; or is none' })
      return z.NEVER
    }
    if (basic !== undefined) return { type: 'basic', ...basic }
    return { type: 'api-key', keys: apiKeys ?? [apiKey ?? ''] }
  })

// Paths of what a caller is told of its lead.
const answer = z.union([
  z.literal('appended'),
  z
    .array(z.string().regex(/^(?:lead|appended)(?:\.[^\s.]+)+$/, 'must be a path like lead.email or appended.check.status'))
    .min(1),
])

const ownRetry = z
  .strictObject({
    attempts: z.int().min(1).max(1_000),
    delay: positiveMs,
    factor: z.number().min(1).max(10).default(2),
    max: positiveMs.optional(),
    jitter: z.number().min(0).max(1).default(0.1),
  })
  .transform(({ attempts, delay, factor, max, jitter }): RetryPolicy => {
    return { maxAttempts: attempts, baseDelayMs: delay, factor, maxDelayMs: max ?? Math.max(delay, 3_600_000), jitter }
  })
const retry = z.union([
  z.enum(['blip', 'outage', 'none']).transform((policy): RetryPolicy => namedRetryPolicies[policy]),
  ownRetry,
])

const rate = z.string().transform((text, context) => {
  const [, count, unit] = /^(\d{1,7})\/(s|m|h)$/.exec(text) ?? []
  if (Number(count) > 0) return Number(count) / { s: 1, m: 60, h: 3_600 }[unit === 'm' || unit === 'h' ? unit : 's']
  context.addIssue({ code: 'custom', message: `"${text}" is not a rate like 50/s, 600/m or 1000/h` })
  return z.NEVER
})
const quota = z.string().transform((text, context) => {
  const [, max, per] = /^(\d{1,12})\/(hour|day)$/.exec(text) ?? []
  if (Number(max) > 0 && (per === 'hour' || per === 'day')) return { max: Number(max), per } as const
  context.addIssue({ code: 'custom', message: `"${text}" is not a quota like 1000/hour or 10000/day` })
  return z.NEVER
})

/** One step, whatever its connector. */
export const stepSchema = z.strictObject({
  name,
  uses: z.string().min(1),
  append: appendName.optional(),
  when: rulesSetting.optional(),
  pool: name.default('default'),
  retry: retry.default(namedRetryPolicies.blip),
  onError: z.enum(['stop', 'continue']).default('stop'),
  onFailure: z.enum(['stop', 'continue']).default('continue'),
  timeouts: z
    .strictObject({ connect: positiveMs.optional(), firstByte: positiveMs.optional(), total: positiveMs.optional() })
    .default({}),
  order: z.enum(['overtake', 'follow']).default('overtake'),
  limits: z
    .strictObject({ concurrency: z.int().min(1).max(100_000).optional(), rate: rate.optional(), quota: quota.optional() })
    .default({}),
  caps: capsSchema,
  with: z.record(z.string(), z.unknown()).default({}),
})

const source = z.strictObject({
  title: z.string().min(1).optional(),
  auth,
  answer: answer.optional(),
  mapping: mappingSchema,
  acceptance: acceptanceSchema,
  pricing: pricingSchema,
  caps: capsSchema,
})

/** The shape of a flow file, after `${ENV}` was put in. */
export const flowSchema = z.strictObject({
  flow: name,
  title: z.string().min(1).optional(),
  sources: z.record(name, source).refine((sources) => Object.keys(sources).length > 0, 'needs at least one source'),
  dedupe: z.strictObject({ fields: z.array(z.string().min(1)).min(1), window: positiveMs }).optional(),
  orderBy: z.string().min(1).optional(),
  fields: fieldsSchema,
  types: typesSchema,
  settings: settingsSchema,
  timezone: timezoneSchema,
  mapping: mappingSchema,
  acceptance: acceptanceSchema,
  pricing: pricingSchema,
  caps: capsSchema,
  hours: hoursSchema.optional(),
  steps: z.array(stepSchema).min(1),
})

export type FlowDefinition = z.infer<typeof flowSchema>
export type StepDefinition = FlowDefinition['steps'][number]
