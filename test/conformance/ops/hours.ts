import { compileHours, withinHours } from '@leadline/language'
import type { Op } from '../op.ts'

const hoursOfOperation = compileHours({ timezone: 'America/New_York', days: { mon: ['09:00-17:00'] } })
const inside = Date.parse('2025-01-06T15:00:00Z')
const outside = Date.parse('2025-01-06T23:00:00Z')

/** A submission at a moment that is, or is not, within the hours. */
export const hours: Op = ({ now_inside: isInside }) => {
  const answer = withinHours(hoursOfOperation, isInside === true ? inside : outside)
  return answer.type === 'pass' ? { outcome: 'success' } : { outcome: 'failure', reason: answer.reason, price: 0 }
}
