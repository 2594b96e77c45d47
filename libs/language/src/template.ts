import type { Json } from '@leadline/domain'
import { type Escaper, escaperFor } from './escape.ts'
import { placeAfter, type TemplateContext } from './place.ts'
import { scanTemplate } from './scan-template.ts'
import { SyntaxMistake } from './syntax-mistake.ts'
import { compileViewPath, type View, type ViewReader } from './view.ts'

/** A compiled template. Values are data: escaped for where they stand, never expanded again. */
export interface Template {
  /** The text, values escaped for their place. Throws `UnfitValue` when a value cannot stand there. */
  readonly text: (view: View) => string
  /** The value with its type when the template is exactly one expression (undefined when unknown), else the text. */
  readonly value: (view: View) => Json | undefined
  /** False when the template has no expressions: its text is always the same. */
  readonly dynamic: boolean
}

/** Compiles `Hello {{lead.first_name}}`. Unknown paths are blank. Throws `SyntaxMistake` with line and column. */
export function compileTemplate(text: string, context: TemplateContext): Template {
  const parts: Part[] = []
  let literals = ''
  for (const segment of scanTemplate(text)) {
    if (segment.type === 'literal') {
      literals += segment.text
      parts.push(segment.text)
      continue
    }
    const place = placeAfter(literals, context)
    if (place === 'url-origin') throw new SyntaxMistake('the host of a URL cannot come from a lead', text, segment.index)
    const read = compileViewPath(segment.text, text, segment.index)
    parts.push({ read, escape: escaperFor(place, segment.text) })
  }
  return assemble(parts)
}

type Part = string | { readonly read: ViewReader; readonly escape: Escaper }

function assemble(parts: readonly Part[]): Template {
  const [first, second] = parts
  if (first === undefined || (typeof first === 'string' && second === undefined)) {
    const text = first ?? ''
    return { text: () => text, value: () => text, dynamic: false }
  }
  const text = (view: View): string => {
    let out = ''
    for (const part of parts) out += typeof part === 'string' ? part : part.escape(part.read(view))
    return out
  }
  const value = typeof first !== 'string' && second === undefined ? first.read : text
  return { text, value, dynamic: true }
}
