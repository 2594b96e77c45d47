import { isJsonObject, type Json } from '@leadline/domain'
import { SyntaxMistake } from '../syntax-mistake.ts'

/** The values at a path, in their order; none when nothing is there. */
export type JsonPathReader = (value: Json) => readonly Json[]

const segmentPattern = /(?:^|\.)(\*|[^\s.{}[\]()'"|,;=<>!&+*/\\]+)|\[(\d{1,9}|\*|"[^"]*"|'[^']*')\]/uy

/**
 * Names between dots (`offers.0.price`, `offers[0].price`, `["with.dot"]`), `*` for all of an array or object; `$.` may stand in front.
 * Own properties only; digits are an index in an array and a name in an object. Throws `SyntaxMistake`.
 */
export function compileJsonPath(path: string): JsonPathReader {
  const segments = segmentsOf(path)
  const [only] = segments
  if (segments.length === 1 && only !== undefined && only !== everything) return (value) => listed(step(value, only))
  return (value) => {
    let found: readonly Json[] = [value]
    for (const segment of segments) {
      found = segment === everything ? found.flatMap(membersOf) : found.flatMap((one) => listed(step(one, segment)))
      if (found.length === 0) return found
    }
    return found
  }
}

export function isJsonPath(text: string): boolean {
  try {
    segmentsOf(text)
    return true
  } catch (thrown) {
    if (thrown instanceof SyntaxMistake) return false
    throw thrown
  }
}

const everything = Symbol('*')

function segmentsOf(path: string): readonly (string | typeof everything)[] {
  const text = path.startsWith('$.') || path.startsWith('$[') ? path.slice(path[1] === '.' ? 2 : 1) : path
  const segments: (string | typeof everything)[] = []
  segmentPattern.lastIndex = 0
  let at = 0
  while (at < text.length || segments.length === 0) {
    const found = segmentPattern.exec(text)
    if (found === null) throw mistake(path, at + path.length - text.length)
    const [, name, bracketed] = found
    const written = name ?? (bracketed?.replace(/^["']|["']$/g, '') || '')
    segments.push(written === '*' ? everything : written)
    at = segmentPattern.lastIndex
  }
  return segments
}

function mistake(path: string, at: number): SyntaxMistake {
  const rest = path.slice(at).replace(/^\./, '')
  if (rest === '' || rest.startsWith('.')) return new SyntaxMistake(`a name is missing in the path "${path}"`, path, at)
  return new SyntaxMistake(`"${rest.split('.', 1)[0]}" is not a name in the path "${path}"`, path, at)
}

function membersOf(value: Json): readonly Json[] {
  if (Array.isArray(value)) return value
  return isJsonObject(value) ? Object.values(value) : []
}

function step(value: Json, name: string): Json | undefined {
  if (isJsonObject(value)) return Object.hasOwn(value, name) ? value[name] : undefined
  return Array.isArray(value) && /^\d{1,9}$/.test(name) ? value[Number(name)] : undefined
}

function listed(value: Json | undefined): readonly Json[] {
  return value === undefined ? [] : [value]
}
