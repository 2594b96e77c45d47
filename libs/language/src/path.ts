import { isJsonObject, type Json } from '@leadline/domain'
import { SyntaxMistake } from './syntax-mistake.ts'

/** Reads one place of a value; undefined when nothing is there. */
export type PathReader = (value: Json | undefined) => Json | undefined

const segmentPattern = /^[^\s.{}[\]()'"|,;=<>!&+*/\\]+$/u

/** Names between dots; digits index arrays. Throws `SyntaxMistake`, counting from `offset` in `source`. */
export function parsePath(path: string, source: string = path, offset = 0): readonly string[] {
  const segments = path.split('.')
  let index = offset
  for (const segment of segments) {
    if (segment === '') throw new SyntaxMistake(`a name is missing in the path "${path}"`, source, index)
    if (!segmentPattern.test(segment)) throw new SyntaxMistake(`"${segment}" is not a name in the path "${path}"`, source, index)
    index += segment.length + 1
  }
  return segments
}

/** A reader for `a.b.0`, own properties only. Throws `SyntaxMistake` on a malformed path. */
export function compilePath(path: string): PathReader {
  return readerOf(parsePath(path))
}

export function readerOf(segments: readonly string[]): PathReader {
  const [first, second] = segments
  if (first === undefined) return (value) => value
  if (second === undefined) return (value) => step(value, first)
  return (value) => {
    let current = value
    for (const segment of segments) {
      current = step(current, segment)
      if (current === undefined) return undefined
    }
    return current
  }
}

const digits = /^\d{1,9}$/

function step(value: Json | undefined, segment: string): Json | undefined {
  if (Array.isArray(value)) return digits.test(segment) ? value[Number(segment)] : undefined
  return isJsonObject(value) && Object.hasOwn(value, segment) ? value[segment] : undefined
}
