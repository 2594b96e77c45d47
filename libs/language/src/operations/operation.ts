import { type CompiledPattern, compileLinearPattern, type LinearPattern } from '../linear-pattern.ts'
import { numberOf } from '../number-of.ts'
import { textOf } from '../text-of.ts'
import type { Value } from '../typed-value.ts'
import { UnfitValue } from '../unfit-value.ts'
import type { View } from '../view.ts'

const isPatternOperand: unique symbol = Symbol('pattern')

/** A regular expression written in a template. */
export interface PatternOperand {
  readonly [isPatternOperand]: true
  readonly pattern: LinearPattern
  readonly global: boolean
}

export type Operand = Value | PatternOperand | undefined

/**
 * Something that can be done with a value, as a helper (`{{uppercase lead.name}}`), a pipe (`{{lead.name | uppercase}}`) or a method
 * (`{{lead.name.toUpperCase()}}`). Pure; a subject that is not there gives undefined.
 */
export interface Operation {
  readonly name: string
  /** Names of the operands after the subject, other names that people know them by after "|"; "?" at the end: can be left out. */
  readonly operands: readonly string[]
  /** Operands in which a text is a pattern; checked when the template is compiled. */
  readonly patterns?: readonly string[]
  /** Looks at an operand that is written in the template; tells what is wrong with it. */
  readonly check?: Readonly<Record<string, (text: string) => string | undefined>>
  /** It is about nothing: `{{uuid}}`. */
  readonly alone?: true
  readonly run: (subject: Value | undefined, operands: readonly Operand[], view: View) => Value | undefined
}

export function patternOperand(pattern: LinearPattern, global: boolean): PatternOperand {
  return { [isPatternOperand]: true, pattern, global }
}

export function isPattern(operand: Operand): operand is PatternOperand {
  return typeof operand === 'object' && operand !== null && isPatternOperand in operand
}

export function valueIn(operand: Operand): Value | undefined {
  return isPattern(operand) ? undefined : operand
}

export function textIn(operand: Operand): string {
  return textOf(valueIn(operand))
}

export function numberIn(operand: Operand): number | undefined {
  return numberOf(valueIn(operand))
}

const recent = new Map<string, CompiledPattern>()

/** The pattern that an operand is; undefined for a text that is none (`{{response.match(id_pattern)}}` learns its pattern late). */
export function patternIn(operand: Operand): LinearPattern | undefined {
  if (isPattern(operand)) return operand.pattern
  const source = textIn(operand)
  if (source === '') return undefined
  let compiled = recent.get(source)
  if (compiled === undefined) {
    compiled = compileLinearPattern(source)
    if (recent.size >= 200) recent.clear()
    recent.set(source, compiled)
  }
  return compiled.type === 'pattern' ? compiled.pattern : undefined
}

/** The longest text that an operation or a template may make, in UTF-16 units. */
export const longestText = 4_000_000

/** Throws `UnfitValue` for a text that grew too long. */
export function bounded(text: string): string {
  if (text.length > longestText) throw new UnfitValue('…', `a text of more than ${longestText} characters would be made`)
  return text
}
