import { isScalar, Scalar } from 'yaml'
import type { Place } from './mistake.ts'

/**
 * The offset in a YAML file of a place within a text value of it; undefined where the two cannot be told to agree: folded text, escapes, and
 * values that a variable is put into before the place.
 */
export function placeInScalar(node: unknown, file: string, within: Place): number | undefined {
  if (!isScalar(node) || typeof node.value !== 'string' || node.range == null) return undefined
  const before = node.value.split('\n')[within.line - 1]?.slice(0, within.column - 1)
  if (before === undefined || before.includes('${')) return undefined
  const [start] = node.range
  const at =
    node.type === Scalar.BLOCK_LITERAL ? lineOfBlock(file, start, within.line) : lineOfFlow(node.type, start, within.line)
  return at !== undefined && file.startsWith(before, at) ? at + before.length : undefined
}

/** Where the text of a line of `|` begins: the block's lines follow its header, all indented as the first that is not blank. */
function lineOfBlock(file: string, header: number, line: number): number | undefined {
  const lines = file.slice(header).split('\n')
  const indent =
    lines
      .slice(1)
      .find((text) => text.trim() !== '')
      ?.search(/\S/) ?? 0
  return lines[line] === undefined ? undefined : header + lines.slice(0, line).join('\n').length + 1 + indent
}

/** Plain and quoted text of one line; more lines are folded. */
function lineOfFlow(type: Scalar['type'], start: number, line: number): number | undefined {
  if (line !== 1 || type === Scalar.BLOCK_FOLDED) return undefined
  return type === Scalar.PLAIN ? start : start + 1
}
