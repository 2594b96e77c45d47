import { isJsonObject } from '@leadline/domain'
import type { JsonText } from '@leadline/events'
import { type Flow, orderKeyOf } from '@leadline/flows'
import { parseJson } from '@leadline/formats'

/** The order key of a lead that is still text; only flows that order their leads pay for reading it. */
export function orderKeyOfText(flow: Pick<Flow, 'name' | 'orderBy'>, lead: JsonText): string | null {
  if (flow.orderBy === null) return null
  const fields = parseJson(lead)
  return isJsonObject(fields) ? orderKeyOf(flow, fields) : null
}
