import { listOf, report, rulesSetting, templateFor } from '@leadline/connectors'
import {
  capPeriods,
  compileHours,
  compileMappings,
  compilePricing,
  type MappingSpec,
  type RuleSetSpec,
  readMapping,
  weekdays,
} from '@leadline/language'
import { z } from 'zod'

/** An IANA name; whose midnight ends a cap's day, and by whose clock the hours are. */
export const timezoneSchema = z
  .string()
  .superRefine((timezone, context) => report(context, () => compileHours({ timezone, days: {} })))
  .default('UTC')

/** Rules that a lead must hold to be taken, all of them. */
export const acceptanceSchema = listOf(rulesSetting)
  .transform((rules): RuleSetSpec => ({ op: 'and', rules }))
  .optional()

const price = z.union([z.number().min(0), templateFor('text')])
const priceRule = z
  .strictObject({ if: rulesSetting.optional(), price })
  .superRefine((rule, context) => report(context, () => compilePricing([rule])))

/** What a lead costs: all rules are asked, the last that holds decides. */
export const pricingSchema = listOf(priceRule).optional()

const cap = z.strictObject({ max: z.int().min(0), per: z.enum(capPeriods) })

/** How many leads may pass in a minute, an hour … or ever; one cap for each period. */
export const capsSchema = listOf(cap)
  .superRefine((caps, context) => {
    for (const [index, { per }] of caps.entries()) {
      if (caps.findIndex((other) => other.per === per) < index)
        context.addIssue({ code: 'custom', path: [index, 'per'], message: `there is a cap per "${per}" already` })
    }
  })
  .default([])

const periods = listOf(z.string().min(1))
const days = z.partialRecord(z.enum(weekdays), periods)

/** When leads are taken, by the flow's clock. */
export const hoursSchema = z
  .strictObject({ days, closed: z.array(z.string()).optional() })
  .superRefine((hours, context) => report(context, () => compileHours({ ...hours, timezone: 'UTC' })))

const mappingInWords = z
  .string()
  .superRefine((text, context) => report(context, () => readMapping(text)))
  .transform((text): MappingSpec => readMapping(text))
const mapping = z
  .union([mappingInWords, z.strictObject({ property: z.string().min(1), value: z.json(), rules: rulesSetting.optional() })])
  .superRefine((spec, context) => {
    for (const { why } of compileMappings([spec]).mistakes) context.addIssue({ code: 'custom', message: why })
  })

/** Fields that are made of those that were submitted; later ones overwrite earlier ones. */
export const mappingSchema = z.array(mapping).default([])

export type CapsDefinition = z.infer<typeof capsSchema>
