import { compileLinearPattern } from '@leadline/language'
import { z } from 'zod'

const typeName = z.string().min(1)
const limit = z.union([z.number(), z.string().min(1)])
const listed = z.union([z.string().min(1), z.number()]).transform(String)

/** One field of a flow's leads: the name of its type, or what else is to be said of it. */
const field = z
  .union([typeName, z.strictObject({ type: typeName.optional(), sensitive: z.boolean().optional() })])
  .transform((value) => (typeof value === 'string' ? { type: value } : value))

const pattern = z.string().superRefine((source, context) => {
  const compiled = compileLinearPattern(source)
  if (compiled.type === 'refused') context.addIssue({ code: 'custom', message: compiled.why })
})

const ownType = z
  .strictObject({
    base: typeName.default('string'),
    sensitive: z.boolean().optional(),
    oneOf: z.array(listed).min(1).optional(),
    matches: pattern.optional(),
    min: limit.optional(),
    max: limit.optional(),
  })
  .superRefine(({ sensitive, oneOf, matches, min, max }, context) => {
    const rules = [sensitive, oneOf, matches, min, max]
    if (rules.every((rule) => rule === undefined))
      context.addIssue({ code: 'custom', message: 'needs a rule: one or more of oneOf, matches, min, max, sensitive' })
  })

/** `fields` of a flow: by name, dots leading into objects. */
export const fieldsSchema = z.record(z.string().regex(/^[^.\s]+(?:\.[^.\s]+)*$/, 'is not the name of a field'), field).default({})

/** `types` of a flow, by name. */
export const typesSchema = z
  .record(z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, 'must be lower-case letters, digits and "_"'), ownType)
  .default({})

export type FieldsDefinition = z.infer<typeof fieldsSchema>
export type TypesDefinition = z.infer<typeof typesSchema>
