import type { Json } from '@leadline/domain'
import type { Case, UnreadableCase } from './case-file.ts'
import { type Difference, differences } from './differences.ts'
import type { Op } from './op.ts'

export type Verdict =
  | UnreadableCase
  | { readonly type: 'passed'; readonly id: string }
  | { readonly type: 'failed'; readonly id: string; readonly differences: readonly Difference[] }
  | { readonly type: 'threw'; readonly id: string; readonly error: unknown }

/** Runs one case. An operation that nobody has, and one that throws, are failures like a wrong answer. */
export async function runCase({ id, given, expect }: Case, ops: Readonly<Record<string, Op>>): Promise<Verdict> {
  try {
    const answer = await operation(given['op'], ops)(given)
    const found = differences(expect, answer)
    return found.length === 0 ? { type: 'passed', id } : { type: 'failed', id, differences: found }
  } catch (error) {
    return { type: 'threw', id, error }
  }
}

function operation(name: Json | undefined, ops: Readonly<Record<string, Op>>): Op {
  const op = typeof name === 'string' && Object.hasOwn(ops, name) ? ops[name] : undefined
  if (op === undefined) throw new Error(`unknown operation ${JSON.stringify(name)}`)
  return op
}

/** What is printed for a verdict; nothing for one that passed. */
export function linesOf(verdict: Verdict): readonly string[] {
  switch (verdict.type) {
    case 'passed':
      return []
    case 'unreadable':
      return [`${verdict.place}: ${verdict.mistake}`]
    case 'threw':
      return [`${verdict.id}: ${verdict.error instanceof Error ? verdict.error.message : String(verdict.error)}`]
    case 'failed':
      return verdict.differences.map(
        ({ key, expected, got }) =>
          `${verdict.id}: ${key}\n  got      ${JSON.stringify(got)}\n  expected ${JSON.stringify(expected)}`,
      )
  }
}
