import { hash } from 'node:crypto'
import { isExactNumber, isJsonObject, type JsonObject } from '@leadline/domain'
import { readPath, rereadJson } from '@leadline/formats'
import type { Flow } from './flow.ts'

/** What the leads that must stay in order have in common, as a hash (it is a record key, where no personal data may be); null: the lead is on its own. */
export function orderKeyOf({ name, orderBy }: Pick<Flow, 'name' | 'orderBy'>, fields: JsonObject): string | null {
  const value = orderBy === null ? null : readPath(fields, orderBy)
  if (value === undefined || value === null || (typeof value === 'object' && !isExactNumber(value))) return null
  const text = isExactNumber(value) ? value.rawJSON : String(value).trim().toLowerCase()
  return text === '' ? null : hash('sha256', `${name}:${orderBy}:${text}`, 'hex').slice(0, 32)
}

/** The order key of a lead that is still the text that our events keep; only flows that order their leads pay for reading it. */
export function orderKeyOfText(flow: Pick<Flow, 'name' | 'orderBy'>, lead: string): string | null {
  if (flow.orderBy === null) return null
  const fields = rereadJson(lead)
  return isJsonObject(fields) ? orderKeyOf(flow, fields) : null
}
