import { SyntaxMistake } from '../syntax-mistake.ts'
import type { SymbolText, Token } from './token.ts'

// More than people write, and few enough for the stack.
const deepest = 100

/** Goes through the tokens of one expression. */
export interface TokenReader {
  readonly peek: (ahead?: number) => Token
  readonly next: () => Token
  /** Steps over the symbol when it is the next token. */
  readonly takes: (symbol: SymbolText) => boolean
  readonly expect: (symbol: SymbolText) => Token
  readonly name: () => Token
  readonly mistake: (message: string, token?: Token) => SyntaxMistake
  /** Runs `read` one level deeper; too deep is a mistake. */
  readonly deeper: <T>(read: () => T) => T
}

export function readTokens(tokens: readonly Token[], text: string): TokenReader {
  const end: Token = tokens.at(-1) ?? { type: 'end', text: '', index: text.length, spaced: false }
  let at = 0
  let depth = 0
  const peek = (ahead = 0): Token => tokens[at + ahead] ?? end
  const mistake = (message: string, token: Token = peek()): SyntaxMistake => new SyntaxMistake(message, text, token.index)
  const next = (): Token => {
    const token = peek()
    at++
    return token
  }
  const takes = (symbol: SymbolText): boolean => {
    if (peek().type !== 'symbol' || peek().text !== symbol) return false
    at++
    return true
  }
  return {
    peek,
    next,
    takes,
    mistake,
    expect: (symbol) => {
      const token = peek()
      if (takes(symbol)) return token
      throw mistake(`"${symbol}" is missing${token.type === 'end' ? ' at the end' : ` before "${token.text}"`}`)
    },
    name: () => {
      if (peek().type !== 'name')
        throw mistake(peek().type === 'string' ? `${JSON.stringify(peek().text)} is not a name` : 'a name is missing')
      return next()
    },
    deeper: (read) => {
      depth++
      if (depth > deepest) throw mistake(`an expression of more than ${deepest} levels`)
      const value = read()
      depth--
      return value
    },
  }
}
