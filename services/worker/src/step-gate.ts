import type { Destinations } from '@leadline/destinations'
import { LeadlineError } from '@leadline/domain'
import type { Gate } from '@leadline/engine'
import { headers } from '@leadline/events'
import type { LogRecord } from '@leadline/log'
import { type Found, findStep, type StepLookup } from './find-step.ts'
import type { ParkWork } from './park-work.ts'

export interface StepGateTools {
  readonly steps: StepLookup
  readonly destinations: Destinations
  readonly parkWork: ParkWork
}

/** Work waits for its destination before it starts: in the lane while that is short, on a retry tier otherwise, in no case with an attempt. */
export function stepGate({ steps, destinations, parkWork }: StepGateTools): Gate {
  const found = (record: LogRecord): Found | undefined => findStep(steps, text(record, headers.flow), text(record, headers.step))
  return {
    resourceOf: (record) => found(record)?.step.action.destination ?? undefined,
    ask: destinations.ask,
    release: destinations.release,
    onChange: destinations.onChange,
    park: (record, dueAt, context) => {
      const its = found(record)
      if (its === undefined) throw new LeadlineError('STEP_UNKNOWN', 'only work of a known step is parked')
      const name = its.step.action.destination
      const isClosed = name !== null && destinations.closedUntil(name) !== null
      return parkWork(record, its, { dueAt, why: isClosed ? 'destination-closed' : 'destination-busy' }, context)
    },
  }
}

function text(record: LogRecord, name: string): string {
  return record.headers[name]?.toString('latin1') ?? ''
}
