import { SyntaxMistake } from '../syntax-mistake.ts'
import { readPattern, readQuoted } from './lex-literal.ts'
import { symbols, type Token } from './token.ts'

export interface Lexed {
  readonly tokens: readonly Token[]
  /** After the closing mark. */
  readonly end: number
}

/** How an expression ends: `}}` in a template, `}` after `${`, with the text where it stands alone. */
export type Closing = '}}' | '}' | 'end-of-text'

const mostTokens = 1_000
const blanks = /\s*/y
const namePattern = /[\p{L}_$@][\p{L}\p{N}_$-]*/uy
// After a dot anything may stand that means nothing else: digits for lists, `@id` and `#text` of XML.
const memberPattern = /[^\s.{}[\]()'"|,;=<>!&+*/\\?:%]+/uy
const numberPattern = /\d+(?:\.\d+)?/y

/** The tokens of the expression that starts at `from`. Throws `SyntaxMistake`. */
export function lexExpression(text: string, from: number, closing: Closing): Lexed {
  const unclosed = (): SyntaxMistake => new SyntaxMistake('"{{" without its "}}"', text, Math.max(0, from - 2))
  if (closing !== 'end-of-text' && !text.includes(closing, from)) throw unclosed()
  const tokens: Token[] = []
  let at = from
  while (true) {
    const start = skipBlanks(text, at)
    const spaced = start > at
    if (closing === 'end-of-text' ? start >= text.length : text.startsWith(closing, start)) {
      tokens.push({ type: 'end', text: '', index: start, spaced })
      return { tokens, end: closing === 'end-of-text' ? start : start + closing.length }
    }
    if (start >= text.length) throw unclosed()
    const { token, end } = nextToken(text, start, spaced, tokens.at(-1))
    tokens.push(token)
    if (tokens.length > mostTokens)
      throw new SyntaxMistake(`an expression of more than ${mostTokens} words and signs`, text, start)
    at = end
  }
}

interface Next {
  readonly token: Token
  readonly end: number
}

function nextToken(text: string, index: number, spaced: boolean, before: Token | undefined): Next {
  const character = text[index] ?? ''
  const name = matchAt(before?.text === '.' && before.type === 'symbol' ? memberPattern : namePattern, text, index)
  if (name !== undefined) return { token: { type: 'name', text: name, index, spaced }, end: index + name.length }
  const digits = matchAt(numberPattern, text, index)
  if (digits !== undefined) return { token: { type: 'number', text: digits, index, spaced }, end: index + digits.length }
  if (character === '"' || character === "'") {
    const { value, end } = readQuoted(text, index)
    return { token: { type: 'string', text: value, index, spaced }, end }
  }
  if (character === '/' && !endsOperand(before)) {
    const { source, flags, end } = readPattern(text, index)
    return { token: { type: 'pattern', text: source, flags, index, spaced }, end }
  }
  const symbol = symbols.find((one) => text.startsWith(one, index))
  if (symbol !== undefined) return { token: { type: 'symbol', text: symbol, index, spaced }, end: index + symbol.length }
  if (text.startsWith('{{', index)) throw new SyntaxMistake('"{{" inside an expression', text, index)
  throw new SyntaxMistake(`${JSON.stringify(character)} cannot stand in an expression`, text, index)
}

/** After an operand a slash divides; elsewhere it opens a pattern. */
function endsOperand(token: Token | undefined): boolean {
  if (token === undefined) return false
  return token.type === 'symbol' ? token.text === ')' || token.text === ']' : token.type !== 'end'
}

function skipBlanks(text: string, at: number): number {
  return at + (matchAt(blanks, text, at)?.length ?? 0)
}

function matchAt(pattern: RegExp, text: string, index: number): string | undefined {
  pattern.lastIndex = index
  return pattern.exec(text)?.[0]
}
