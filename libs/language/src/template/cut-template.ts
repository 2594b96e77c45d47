import { SyntaxMistake } from '../syntax-mistake.ts'
import type { Expression } from './expression.ts'
import { type Closing, lexExpression } from './lex-expression.ts'
import { parseExpression } from './parse-expression.ts'

/** A template cut at its marks, before blocks are nested. */
export type Piece =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'output'; readonly expression: Expression; readonly written: string; readonly index: number }
  | { readonly type: 'open'; readonly block: BlockName; readonly expression: Expression; readonly index: number }
  /** `{{else}}`, with a condition when it is `{{else if …}}`. */
  | { readonly type: 'else'; readonly condition: Expression | undefined; readonly index: number }
  | { readonly type: 'close'; readonly block: string; readonly index: number }

export const blockNames = ['each', 'if', 'unless'] as const
export type BlockName = (typeof blockNames)[number]

// `${lead.email}`: only with a name that templates know and a dot, so that other uses of `${` stay text; `$${` is a literal `${`.
const mark = /\{\{|\$?\$\{(?=\s*(?:lead|appended|source|flow|submission|settings|batch|response)\s*[.[])/g

/** Throws `SyntaxMistake` with the place of what is wrong. A lone `}}` is text. */
export function cutTemplate(text: string): readonly Piece[] {
  const pieces: Piece[] = []
  let at = 0
  while (at < text.length) {
    mark.lastIndex = at
    const found = mark.exec(text)
    if (found === null) break
    if (found.index > at) pieces.push({ type: 'text', text: text.slice(at, found.index) })
    const { piece, end } = pieceAt(text, found.index, found[0])
    if (piece !== undefined) pieces.push(piece)
    at = end
  }
  if (at < text.length) pieces.push({ type: 'text', text: text.slice(at) })
  return pieces
}

interface Cut {
  readonly piece: Piece | undefined
  readonly end: number
}

function pieceAt(text: string, index: number, opening: string): Cut {
  const inside = index + opening.length
  if (opening === '$${') return { piece: { type: 'text', text: '${' }, end: inside }
  if (opening === '${') return output(text, inside, '}')
  if (text[inside] === '{')
    throw new SyntaxMistake('"{{{" is not known: values are always escaped for where they stand', text, index)
  if (text.startsWith('!--', inside)) {
    const end = text.indexOf('--}}', inside)
    if (end === -1) throw new SyntaxMistake('a comment without its "--}}"', text, index)
    return { piece: undefined, end: end + 4 }
  }
  const [, sign, word] = /^\s*([#/]?)\s*([a-z]*)/.exec(text.slice(inside, inside + 40)) ?? []
  if (sign === '#') return opened(text, text.indexOf('#', inside) + 1)
  if (sign === '/') return closed(text, inside)
  if (word === 'else') return otherwise(text, inside)
  return output(text, inside, '}}')
}

function output(text: string, from: number, closing: Closing): Cut {
  const { expression, end } = expressionAt(text, from, closing)
  const written = text.slice(from, end - closing.length).trim()
  return { piece: { type: 'output', expression, written, index: expression.index }, end }
}

function opened(text: string, from: number): Cut {
  const name = /^\s*([^\s{}]*)/.exec(text.slice(from, from + 40))?.[1] ?? ''
  const block = blockNames.find((one) => one === name)
  if (block === undefined) {
    throw new SyntaxMistake(
      `"#${name}" is not a block; allowed: ${blockNames.map((one) => `#${one}`).join(', ')}`,
      text,
      from - 1,
    )
  }
  const start = text.indexOf(name, from) + name.length
  const { expression, end } = expressionAt(text, start, '}}')
  return { piece: { type: 'open', block, expression, index: from - 1 }, end }
}

function closed(text: string, from: number): Cut {
  const [whole, block = ''] = /^\s*\/\s*([^\s{}]*)\s*\}\}/.exec(text.slice(from, from + 60)) ?? []
  if (whole === undefined) throw new SyntaxMistake('"{{/" without a block\'s name and "}}"', text, from)
  return { piece: { type: 'close', block, index: from }, end: from + whole.length }
}

function otherwise(text: string, from: number): Cut {
  const [plain] = /^\s*else\s*\}\}/.exec(text.slice(from, from + 60)) ?? []
  if (plain !== undefined) return { piece: { type: 'else', condition: undefined, index: from }, end: from + plain.length }
  const [chained] = /^\s*else\s+if\s/.exec(text.slice(from, from + 60)) ?? []
  if (chained === undefined) return output(text, from, '}}')
  const { expression, end } = expressionAt(text, from + chained.length, '}}')
  return { piece: { type: 'else', condition: expression, index: from }, end }
}

function expressionAt(text: string, from: number, closing: Closing): { readonly expression: Expression; readonly end: number } {
  const { tokens, end } = lexExpression(text, from, closing)
  return { expression: parseExpression(tokens, text), end }
}
