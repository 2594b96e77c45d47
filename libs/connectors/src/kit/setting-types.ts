import { LeadlineError } from '@leadline/domain'
import { compileTemplate, SyntaxMistake, type TemplateContext } from '@leadline/language'
import { z } from 'zod'

/** One value or a list of at least one. */
export function oneOrMore<T extends z.ZodType>(type: T) {
  return z.union([type, z.array(type).min(1)])
}

/** The same, read as a list. */
export function listOf<T extends z.ZodType>(type: T) {
  return oneOrMore(type).transform((given): z.output<T>[] => (Array.isArray(given) ? given : [given]))
}

/** A template, checked where it stands. */
export function templateFor(place: TemplateContext, missing?: string) {
  return z
    .string(missing === undefined ? {} : { error: missing })
    .superRefine((text, context) => report(context, () => compileTemplate(text, place)))
}

/** Runs a compilation for the mistake it throws. */
export function report(context: z.core.$RefinementCtx, compile: () => unknown): void {
  try {
    compile()
  } catch (thrown) {
    if (!(thrown instanceof LeadlineError)) throw thrown
    const place = thrown instanceof SyntaxMistake ? { line: thrown.line, column: thrown.column } : undefined
    context.addIssue({ code: 'custom', message: thrown.message, ...(place !== undefined && { params: place }) })
  }
}
