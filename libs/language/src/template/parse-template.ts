import { SyntaxMistake } from '../syntax-mistake.ts'
import { cutTemplate, type Piece } from './cut-template.ts'
import type { Expression } from './expression.ts'
import type { Branch, TemplateNode } from './node.ts'

const deepestBlocks = 20
// Larger than any request that a person writes; what is longer is data that does not belong in a template.
const longestTemplate = 1_000_000

/** Parses a template. Throws `SyntaxMistake` with line and column. */
export function parseTemplate(text: string): readonly TemplateNode[] {
  if (text.length > longestTemplate) throw new SyntaxMistake(`a template of more than ${longestTemplate} characters`, text, 0)
  const pieces = pieceReader(cutTemplate(text), text)
  const nodes = nodesUntilMark(pieces, 0)
  const rest = pieces.next()
  if (rest === undefined) return nodes
  throw pieces.mistake(rest.type === 'else' ? '"else" outside of a block' : '"{{/" closes a block that is not open', rest)
}

interface PieceReader {
  readonly peek: () => Piece | undefined
  readonly next: () => Piece | undefined
  readonly mistake: (message: string, at: Piece) => SyntaxMistake
}

function pieceReader(pieces: readonly Piece[], text: string): PieceReader {
  let at = 0
  return {
    peek: () => pieces[at],
    next: () => pieces[at++],
    mistake: (message, at) => new SyntaxMistake(message, text, at.type === 'text' ? 0 : at.index),
  }
}

/** Up to the next `else` or closing mark, which is left where it is. */
function nodesUntilMark(pieces: PieceReader, depth: number): TemplateNode[] {
  const nodes: TemplateNode[] = []
  while (true) {
    const piece = pieces.peek()
    if (piece === undefined || piece.type === 'else' || piece.type === 'close') return nodes
    pieces.next()
    nodes.push(piece.type === 'open' ? blockOf(pieces, piece, depth + 1) : piece)
  }
}

type Open = Extract<Piece, { type: 'open' }>

function blockOf(pieces: PieceReader, open: Open, depth: number): TemplateNode {
  if (depth > deepestBlocks) throw pieces.mistake(`blocks nested more than ${deepestBlocks} deep`, open)
  const body = nodesUntilMark(pieces, depth)
  switch (open.block) {
    case 'each': {
      const otherwise = plainElse(pieces, depth)
      close(pieces, open)
      return { type: 'each', list: open.expression, body, otherwise, index: open.index }
    }
    case 'unless': {
      const otherwise = plainElse(pieces, depth)
      close(pieces, open)
      return { type: 'if', branches: [{ condition: not(open.expression), body }], otherwise, index: open.index }
    }
    case 'if': {
      const branches: Branch[] = [{ condition: open.expression, body }]
      let otherwise: readonly TemplateNode[] = []
      for (let piece = pieces.peek(); piece?.type === 'else'; piece = pieces.peek()) {
        pieces.next()
        const next = nodesUntilMark(pieces, depth)
        if (piece.condition !== undefined) branches.push({ condition: piece.condition, body: next })
        else {
          otherwise = next
          break
        }
      }
      close(pieces, open)
      return { type: 'if', branches, otherwise, index: open.index }
    }
  }
}

function plainElse(pieces: PieceReader, depth: number): readonly TemplateNode[] {
  const piece = pieces.peek()
  if (piece?.type !== 'else') return []
  if (piece.condition !== undefined) throw pieces.mistake('"else if" stands in #if only', piece)
  pieces.next()
  return nodesUntilMark(pieces, depth)
}

function close(pieces: PieceReader, open: Open): void {
  const piece = pieces.next()
  if (piece?.type === 'close' && piece.block === open.block) return
  if (piece?.type === 'close') throw pieces.mistake(`"{{/${piece.block}}}" where "{{/${open.block}}}" is expected`, piece)
  throw pieces.mistake(`"{{#${open.block}}}" without its "{{/${open.block}}}"`, piece ?? open)
}

function not(operand: Expression): Expression {
  return { type: 'unary', operator: '!', operand, index: operand.index }
}
