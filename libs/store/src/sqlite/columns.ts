import type { SQLOutputValue } from 'node:sqlite'
import { LeadlineError, type OutcomeType } from '@leadline/domain'
import type { LeadStatus } from '../store.ts'

export type Row = Readonly<Record<string, SQLOutputValue>>

export function text(row: Row, column: string): string {
  return textOrNull(row, column) ?? mistaken(row, column)
}

export function textOrNull(row: Row, column: string): string | null {
  const value = row[column]
  return value === null || typeof value === 'string' ? value : mistaken(row, column)
}

export function number(row: Row, column: string): number {
  return numberOrNull(row, column) ?? mistaken(row, column)
}

export function numberOrNull(row: Row, column: string): number | null {
  const value = row[column]
  return value === null || typeof value === 'number' ? value : mistaken(row, column)
}

export function oneOf<Member extends string>(row: Row, column: string, members: readonly Member[]): Member {
  return members.find((member) => member === row[column]) ?? mistaken(row, column)
}

export function outcomeOrNull(row: Row, column: string): OutcomeType | null {
  return row[column] === null ? null : oneOf(row, column, outcomes)
}

export const outcomes = ['success', 'failure', 'error'] as const satisfies readonly OutcomeType[]
export const statuses = ['queued', 'running', 'retrying', 'completed'] as const satisfies readonly LeadStatus[]

function mistaken(row: Row, column: string): never {
  throw new LeadlineError('STORE_UNAVAILABLE', `event store: column ${column} holds ${JSON.stringify(row[column])}`)
}
