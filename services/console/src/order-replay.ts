import { randomUUID } from 'node:crypto'
import { eventId } from '@leadline/domain'
import type { Codec, ReplayOrder, Topics } from '@leadline/events'
import type { Flows } from '@leadline/flows'
import type { Log } from '@leadline/log'
import { formatSelection } from '@leadline/replay'
import { invalid } from './invalid-field.ts'
import type { ReplayRequest } from './replay-request.ts'
import type { Selected } from './select-leads.ts'

/** The first order of a replay. With an idempotency key the same request is the same replay, which starts each lead once. */
export function firstOrder(
  request: ReplayRequest,
  { selection }: Selected,
  { total, nowMs, key }: { readonly total: number; readonly nowMs: number; readonly key: string | null },
): ReplayOrder {
  const { fromStep, succeededSteps, idempotencyKeys, leadsPerSecond, orderedBy } = request
  return {
    ...{ fromStep, succeededSteps, idempotencyKeys, leadsPerSecond, orderedBy, total },
    replayId: key === null ? randomUUID() : eventId('replay-order', key),
    orderedAt: nowMs,
    selection: formatSelection(selection),
    cursor: null,
    started: 0,
    status: 'running',
    updatedAt: nowMs,
  }
}

/** Resolves when the log holds the order. Rejects with LOG_UNAVAILABLE. */
export function appendOrder(
  order: ReplayOrder,
  { log, codec, topics }: { log: Log; codec: Codec; topics: Topics },
): Promise<void> {
  const value = codec.encode('replay-order', order)
  return log.append([{ topic: topics.replays, key: Buffer.from(order.replayId), value, headers: {} }])
}

/** Throws INVALID_VALUE for a flow or step that is not installed: such a replay would start nothing. */
export function checkAgainstFlows({ wanted, fromStep }: ReplayRequest, flows: Flows): void {
  const name = wanted.type === 'leads' ? wanted.query.flow : undefined
  const flow = name === undefined ? undefined : flows.byName.get(name)
  if (name !== undefined && flow === undefined) throw invalid('filter.flow', `no flow ${JSON.stringify(name)} is installed`)
  const meant = flow === undefined ? [...flows.byName.values()] : [flow]
  if (fromStep === null || meant.some(({ steps }) => steps.some((step) => step.name === fromStep))) return
  throw invalid(
    'fromStep',
    `no such step; there are ${[...new Set(meant.flatMap(({ steps }) => steps.map((step) => step.name)))].join(', ')}`,
  )
}
