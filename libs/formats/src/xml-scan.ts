import { tooComplex, unparsable } from './body-errors.ts'
import type { JsonLimits } from './limits.ts'

/**
 * One pass over XML before it is parsed: refuses a DOCTYPE wherever it stands (nothing declares an entity here), and throws BODY_TOO_COMPLEX
 * for more nesting, or more elements and attributes, than the limits allow. Says nothing else about malformed text.
 */
export function scanXml(text: string, limits: JsonLimits): void {
  let depth = 0
  let keys = 0
  for (let at = text.indexOf('<'); at !== -1; at = text.indexOf('<', at)) {
    const skipped = skipPassage(text, at)
    if (skipped !== undefined) {
      at = skipped
      continue
    }
    if (text.startsWith('<!', at)) throw unparsable('a DOCTYPE or other declaration is not accepted', text, at)
    const tag = readTag(text, at)
    keys += tag.keys
    depth += tag.depth
    if (depth > limits.depth) throw tooComplex('depth', limits.depth)
    if (keys > limits.keys) throw tooComplex('keys', limits.keys)
    at = tag.end
  }
}

const passages = [
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<?', '?>'],
] as const

function skipPassage(text: string, at: number): number | undefined {
  for (const [start, end] of passages) {
    if (!text.startsWith(start, at)) continue
    const found = text.indexOf(end, at + start.length)
    if (found === -1) throw unparsable(`${start} is never closed`, text, at)
    return found + end.length
  }
  return undefined
}

interface Tag {
  readonly end: number
  /** The element itself and its attributes. */
  readonly keys: number
  readonly depth: -1 | 0 | 1
}

function readTag(text: string, start: number): Tag {
  if (text.startsWith('</', start)) return { end: start + 2, keys: 0, depth: -1 }
  let keys = 1
  for (let at = start + 1; at < text.length; at += 1) {
    const char = text[at]
    if (char === '>') return { end: at + 1, keys, depth: text[at - 1] === '/' ? 0 : 1 }
    if (char === '=') keys += 1
    if (char === '"' || char === "'") {
      const close = text.indexOf(char, at + 1)
      if (close === -1) break
      at = close
    }
  }
  return { end: text.length, keys, depth: 1 }
}
