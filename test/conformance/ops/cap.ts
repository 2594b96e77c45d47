import { isJsonObject } from '@leadline/domain'
import { admitUnderCap } from '@leadline/language'
import type { Op } from '../op.ts'

/** So many leads, one after the other, under a cap that nobody has used yet. */
export const cap: Op = ({ cap: given, leads }) => {
  const max = isJsonObject(given) ? Number(given['max']) : Number.NaN
  const decisions = []
  let counter = 0
  for (let lead = 0; lead < Number(leads); lead++) {
    const decision = admitUnderCap({ max }, counter)
    counter = decision.count
    decisions.push(decision)
  }
  const refused = decisions.find((decision) => decision.type === 'refused')
  return {
    outcomes: decisions.map(({ type }) => (type === 'admitted' ? 'success' : 'failure')),
    ...(refused !== undefined && { reason: refused.reason }),
    counter,
  }
}
