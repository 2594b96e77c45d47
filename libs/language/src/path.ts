import { SyntaxMistake } from './syntax-mistake.ts'

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
