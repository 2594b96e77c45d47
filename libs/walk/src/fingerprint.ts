import { createHash } from 'node:crypto'
import type { Flow, Step } from '@leadline/flows'

/** Groups failures of one cause: the connector, the rule that decided, the reason without its numbers and ids, the flow version. 16 hex digits. */
export function fingerprintOf(flow: Flow, step: Step, rule: string, reason: string | null): string {
  const normalised = (reason ?? '')
    .toLowerCase()
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}|\d+/g, '#')
    .replace(/\s+/g, ' ')
    .trim()
  return createHash('sha256')
    .update([step.connector, step.name, rule, normalised, flow.version].join('\n'))
    .digest('hex')
    .slice(0, 16)
}
