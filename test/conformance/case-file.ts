import { readFile } from 'node:fs/promises'
import { isJsonObject, type Json, type JsonObject } from '@leadline/domain'

export interface Case {
  readonly type: 'case'
  readonly id: string
  readonly given: JsonObject
  readonly expect: JsonObject
}

/** A line that is no case: it counts as a failure, so that a broken file cannot pass. */
export interface UnreadableCase {
  readonly type: 'unreadable'
  readonly place: string
  readonly mistake: string
}

/** The cases of a file, one JSON object a line; a file that cannot be read is one unreadable case. */
export async function readCases(file: string): Promise<readonly (Case | UnreadableCase)[]> {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text === undefined) return [{ type: 'unreadable', place: file, mistake: 'cannot be read' }]
  return text.split('\n').flatMap((line, index) => (line.trim() === '' ? [] : [caseIn(line, `${file}:${index + 1}`)]))
}

/** The case on one line; `place` names the line. */
export function caseIn(line: string, place: string): Case | UnreadableCase {
  const value = parsed(line)
  if (!isJsonObject(value)) return { type: 'unreadable', place, mistake: 'not a JSON object' }
  const { id, given, expect } = value
  if (typeof id !== 'string') return { type: 'unreadable', place, mistake: 'a case needs an id' }
  if (!isJsonObject(given)) return { type: 'unreadable', place, mistake: `${id} gives nothing` }
  if (!isJsonObject(expect) || Object.keys(expect).length === 0)
    return { type: 'unreadable', place, mistake: `${id} expects nothing` }
  return { type: 'case', id, given, expect }
}

function parsed(line: string): Json | undefined {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
