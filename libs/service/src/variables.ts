import { z } from 'zod'

/** Kinds of values that variables have. Their errors complete a sentence that begins with the variable's name. */

export const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, { error: `must be a whole number from ${least} to ${most}` })
    .transform(Number)
    .refine((number) => number >= least && number <= most, { error: `must be a whole number from ${least} to ${most}` })

export const list = (item: z.ZodType<string, string>) =>
  z
    .string()
    .transform((text) => text.split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()])))
    .pipe(z.array(item).min(1, { error: 'must name at least one' }))

export const oneOf = <const Members extends readonly string[]>(members: Members) =>
  z.enum(members, { error: `must be one of ${members.join(', ')}` })

export const httpUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http or https address' })
  .transform((url) => url.replace(/\/+$/, ''))
