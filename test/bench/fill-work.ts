import { newLeadId } from '@leadline/domain'
import type { StepWork } from '@leadline/events'
import { toRecord } from '@leadline/walk'
import { sampleLead } from '../acceptance/feed-leads.ts'
import { fill } from './fill.ts'
import type { Installation } from './installation.ts'

/** Puts work for the first step of so many leads of 1 KB on the work topic. */
export async function fillWork(
  { log, codec, topics }: Pick<Installation, 'log' | 'codec' | 'topics'>,
  count: number,
): Promise<void> {
  const record = (index: number) => toRecord({ type: 'work', pool: 'default', event: workFor(index) }, { codec, topics })
  await fill(log, count, record)
}

function workFor(index: number): StepWork {
  const random = Buffer.alloc(10)
  random.writeUInt32BE(index)
  return {
    leadId: newLeadId(Date.now(), random),
    flow: 'bench',
    flowVersion: '',
    source: 'web',
    receivedAt: Date.now(),
    step: 'deliver_0',
    generation: 0,
    keyGeneration: 0,
    attempt: 1,
    firstFailedAt: null,
    seq: 1,
    doneSteps: [],
    replayId: null,
    traceparent: null,
    price: null,
    lastOutcome: null,
    lastReason: null,
    lastStep: null,
    orderKey: null,
    lead: JSON.stringify(sampleLead(index)),
    appended: '{}',
  }
}
