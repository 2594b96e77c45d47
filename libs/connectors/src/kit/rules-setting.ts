import { compileRules, type RulesSpec } from '@leadline/language'
import { z } from 'zod'
import { report } from './setting-types.ts'

const scalar = z.union([z.string(), z.number(), z.boolean()])
const wanted = z.union([scalar, z.array(scalar)]).optional()

/** A rule as a filter writes it. */
export const condition = z.strictObject({ path: z.string().min(1), is: z.string().min(1), value: wanted })

const checked = <T extends z.ZodType<RulesSpec>>(schema: T) =>
  schema.superRefine((rule, context) => report(context, () => compileRules(rule)))

/**
 * Rules as people write them in flows: in words (`lead.age > 40`), as `{ lhv, op, rhv }`, as a filter's `{ path, is, value }`, or sets of
 * them. A mistake is named where it stands.
 */
export const rulesSetting: z.ZodType<RulesSpec> = z.lazy(() =>
  z.union([
    checked(z.string().min(1)),
    checked(z.strictObject({ lhv: z.string().min(1), op: z.string().min(1), rhv: wanted })),
    checked(condition),
    z.strictObject({ op: z.enum(['and', 'or']).default('and'), rules: z.array(rulesSetting) }),
  ]),
)
