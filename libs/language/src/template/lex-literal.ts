import { SyntaxMistake } from '../syntax-mistake.ts'

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '\\': '\\', "'": "'", '"': '"', '/': '/' }

/** A text in quotes. An escape that means nothing stays as written, so that `"(\d+)"` can be a pattern. */
export function readQuoted(text: string, index: number): { readonly value: string; readonly end: number } {
  const quote = text[index]
  let value = ''
  for (let at = index + 1; at < text.length; at++) {
    const character = text[at] ?? ''
    if (character === quote) return { value, end: at + 1 }
    if (character !== '\\') {
      value += character
      continue
    }
    const unit = /^u([0-9a-fA-F]{4})/.exec(text.slice(at + 1, at + 6))?.[1]
    const next = text[at + 1] ?? ''
    value += unit === undefined ? (escapes[next] ?? `\\${next}`) : String.fromCharCode(Number.parseInt(unit, 16))
    at += unit === undefined ? 1 : 5
  }
  throw new SyntaxMistake('a text without its closing quote', text, index)
}

/** `/\D/g`: what stands between the slashes, and the flags. A slash in a class is text. */
export function readPattern(
  text: string,
  index: number,
): { readonly source: string; readonly flags: string; readonly end: number } {
  let inClass = false
  for (let at = index + 1; at < text.length && text[at] !== '\n'; at++) {
    const character = text[at]
    if (character === '\\') at++
    else if (character === '[') inClass = true
    else if (character === ']') inClass = false
    else if (character === '/' && !inClass) {
      const flags = /^[a-z]*/.exec(text.slice(at + 1, at + 10))?.[0] ?? ''
      return { source: text.slice(index + 1, at), flags, end: at + 1 + flags.length }
    }
  }
  throw new SyntaxMistake('a pattern without its closing "/"', text, index)
}
