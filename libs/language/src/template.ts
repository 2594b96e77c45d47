import type { Json } from '@leadline/domain'
import { type TemplateContext, trackerFor } from './place.ts'
import { toPlain } from './plain.ts'
import { compileNodes, compileOutput } from './template/compile-nodes.ts'
import type { KnownNames } from './template/names.ts'
import { parseTemplate } from './template/parse-template.ts'
import type { Value } from './typed-value.ts'
import type { View } from './view.ts'

/** A compiled template. Values are data: escaped for where they stand, never expanded again. */
export interface Template {
  /** The text, values escaped for their place. Throws `UnfitValue` when a value cannot stand there, or the text would grow too long. */
  readonly text: (view: View) => string
  /** The value with its type when the template is exactly one expression (undefined when unknown), else the text. */
  readonly value: (view: View) => Json | undefined
  /** The same, with typed values as they are. */
  readonly typed: (view: View) => Value | undefined
  /** False when the template has no expressions: its text is always the same. */
  readonly dynamic: boolean
}

export type TemplateOptions = KnownNames

/** Compiles `Hello {{lead.first_name}}` once, to closures. Throws `SyntaxMistake` with line and column. */
export function compileTemplate(text: string, context: TemplateContext, options: TemplateOptions = {}): Template {
  const nodes = parseTemplate(text)
  const [only, second] = nodes
  if (only === undefined || (only.type === 'text' && second === undefined)) {
    const constant = only?.type === 'text' ? only.text : ''
    return { text: () => constant, value: () => constant, typed: () => constant, dynamic: false }
  }
  const tracker = trackerFor(context)
  const around = { text, tracker, known: options }
  if (only.type !== 'output' || second !== undefined) {
    const { write } = compileNodes(nodes, tracker.start, 0, around)
    const textFor = (view: View): string => write(view, undefined)
    return { text: textFor, value: textFor, typed: textFor, dynamic: true }
  }
  const { evaluate, write } = compileOutput(only, tracker.start, 0, around)
  return {
    text: (view) => write(view, undefined),
    value: (view) => toPlain(evaluate(view, undefined)),
    typed: (view) => evaluate(view, undefined),
    dynamic: true,
  }
}
