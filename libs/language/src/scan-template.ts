import { SyntaxMistake } from './syntax-mistake.ts'

/** A template cut at its `{{…}}`. `index` is where the expression's first character stands in the text. */
export type Segment =
  | { readonly type: 'literal'; readonly text: string }
  | { readonly type: 'expression'; readonly text: string; readonly index: number }

/** Throws `SyntaxMistake` for an expression that is empty or does not end. A lone `}}` is text. */
export function scanTemplate(text: string): readonly Segment[] {
  const segments: Segment[] = []
  let at = 0
  while (at < text.length) {
    const open = text.indexOf('{{', at)
    if (open === -1) break
    if (open > at) segments.push({ type: 'literal', text: text.slice(at, open) })
    const close = text.indexOf('}}', open + 2)
    if (close === -1) throw new SyntaxMistake('"{{" without its "}}"', text, open)
    segments.push(expression(text, open + 2, close))
    at = close + 2
  }
  if (at < text.length) segments.push({ type: 'literal', text: text.slice(at) })
  return segments
}

function expression(text: string, start: number, end: number): Segment {
  const inner = text.slice(start, end)
  const nested = inner.indexOf('{{')
  if (nested !== -1) throw new SyntaxMistake('"{{" inside an expression', text, start + nested)
  const trimmed = inner.trim()
  if (trimmed === '') throw new SyntaxMistake('an expression is empty', text, start)
  return { type: 'expression', text: trimmed, index: start + inner.indexOf(trimmed) }
}
