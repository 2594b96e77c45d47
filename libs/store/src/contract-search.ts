import { beforeAll, describe, expect, test } from 'vitest'
import { sampleActivity, sampleCompleted, sampleLeadId, sampleReceived, storedEvents } from './sample-events.ts'
import type { EventStore, LeadQuery, StoredEvent, StoreReports } from './store.ts'

const receivedAt = (n: number) => 1_700_000_000_000 + n * 1_000

/** Lead n: received n seconds in; 1 to 3 completed (success, failure, error), 4 running after an error, 5 queued. */
const five: readonly StoredEvent[] = storedEvents([
  ...[1, 2, 3, 4, 5].map((n) => ({
    type: 'received' as const,
    event: sampleReceived({
      leadId: sampleLeadId(n),
      receivedAt: receivedAt(n),
      source: n === 5 ? 'app' : 'web',
      flow: n === 5 ? 'other' : 'demo',
    }),
  })),
  { type: 'activity', event: sampleActivity({ leadId: sampleLeadId(1), destination: 'crm.test:443' }) },
  { type: 'activity', event: sampleActivity({ leadId: sampleLeadId(2), type: 'step.failed' }) },
  {
    type: 'activity',
    event: sampleActivity({ leadId: sampleLeadId(3), type: 'step.errored', errorClass: 'timeout', fingerprint: 'f3' }),
  },
  {
    type: 'activity',
    event: sampleActivity({ leadId: sampleLeadId(4), type: 'step.errored', step: 'phone', errorClass: 'system' }),
  },
  { type: 'completed', event: sampleCompleted({ leadId: sampleLeadId(1), flowVersion: 'v2' }) },
  { type: 'completed', event: sampleCompleted({ leadId: sampleLeadId(2), outcome: 'failure', reason: 'duplicate' }) },
  { type: 'completed', event: sampleCompleted({ leadId: sampleLeadId(3), outcome: 'error', reason: 'no answer' }) },
])

const searches: readonly (readonly [LeadQuery, readonly number[]])[] = [
  [{}, [5, 4, 3, 2, 1]],
  [{ flow: 'demo' }, [4, 3, 2, 1]],
  [{ source: 'app' }, [5]],
  [{ status: 'completed' }, [3, 2, 1]],
  [{ status: 'queued' }, [5]],
  [{ outcome: 'failure' }, [2]],
  [{ reason: 'no answer' }, [3]],
  [{ flowVersion: 'v2' }, [1]],
  [{ step: 'deliver' }, [3, 2, 1]],
  [{ step: 'deliver', stepOutcome: 'error' }, [3]],
  [{ step: 'phone', stepOutcome: 'success' }, []],
  [{ errorClass: 'timeout' }, [3]],
  [{ errorClass: 'timeout', step: 'phone' }, []],
  [{ destination: 'crm.test:443' }, [1]],
  [{ fingerprint: 'f3' }, [3]],
  [{ since: receivedAt(2), until: receivedAt(4) }, [3, 2]],
  [{ leadIds: [sampleLeadId(4), sampleLeadId(2), sampleLeadId(99)] }, [4, 2]],
  [{ flow: 'demo', status: 'completed', outcome: 'error', since: receivedAt(1) }, [3]],
]

export function searchContract(open: () => Promise<EventStore & StoreReports>): void {
  describe('search', () => {
    let store: EventStore & StoreReports
    beforeAll(async () => {
      store = await open()
      await store.record(five)
      return () => store[Symbol.asyncDispose]()
    })

    test.each(searches)('%j finds the leads it means, and counts them', async (query, expected) => {
      const { leads } = await store.searchLeads(query, { limit: 10, cursor: null, order: 'newest-first' })
      expect(leads.map(({ leadId }) => leadId)).toEqual(expected.map(sampleLeadId))
      expect(await store.countLeads(query)).toBe(expected.length)
    })

    test('looks at the last generation only', async () => {
      await using again = await open()
      const replayed = sampleActivity({ leadId: sampleLeadId(3), generation: 1, seq: 1 })
      await again.record([...five, ...storedEvents([{ type: 'activity', event: replayed }])])
      expect(await again.countLeads({ step: 'deliver', stepOutcome: 'error' })).toBe(0)
    })

    test.each(['newest-first', 'by-id'] as const)('pages %s show every lead once, while new ones arrive', async (order) => {
      await using growing = await open()
      await growing.record(five)
      const first = await growing.searchLeads({}, { limit: 2, cursor: null, order })
      await growing.record(
        storedEvents([{ type: 'received', event: sampleReceived({ leadId: sampleLeadId(0), receivedAt: receivedAt(9) }) }]),
      )
      const second = await growing.searchLeads({}, { limit: 2, cursor: first.nextCursor, order })
      const third = await growing.searchLeads({}, { limit: 2, cursor: second.nextCursor, order })
      const seen = [first, second, third].flatMap(({ leads }) => leads.map(({ leadId }) => leadId))
      expect(seen.toSorted()).toEqual([1, 2, 3, 4, 5].map(sampleLeadId))
      expect(third.nextCursor).toBeNull()
    })

    test('leads received at the same moment are all paged', async () => {
      await using crowded = await open()
      const leads = [1, 2, 3].map((n) => ({ type: 'received' as const, event: sampleReceived({ leadId: sampleLeadId(n) }) }))
      await crowded.record(storedEvents(leads))
      const first = await crowded.searchLeads({}, { limit: 2, cursor: null, order: 'newest-first' })
      const second = await crowded.searchLeads({}, { limit: 2, cursor: first.nextCursor, order: 'newest-first' })
      expect([...first.leads, ...second.leads].map(({ leadId }) => leadId)).toEqual([3, 2, 1].map(sampleLeadId))
    })

    test('continues by id after any lead, whether it still matches or not', async () => {
      const { leads } = await store.searchLeads({ outcome: 'error' }, { limit: 2, cursor: sampleLeadId(2), order: 'by-id' })
      expect(leads.map(({ leadId }) => leadId)).toEqual([sampleLeadId(3)])
    })

    test.each([0, 501, 1.5])('refuses a page of %d leads', async (limit) => {
      await expect(store.searchLeads({}, { limit, cursor: null, order: 'by-id' })).rejects.toMatchObject({
        code: 'INVALID_VALUE',
      })
    })

    test('refuses a cursor that it never gave', async () => {
      const page = { limit: 1, cursor: 'made-up', order: 'newest-first' } as const
      await expect(store.searchLeads({}, page)).rejects.toMatchObject({ code: 'INVALID_VALUE' })
    })

    test('breaks a search down by status, outcome and step', async () => {
      expect(await store.breakDown({ flow: 'demo' })).toEqual({
        leads: 4,
        byStatus: { queued: 0, running: 1, retrying: 0, completed: 3 },
        byOutcome: { success: 1, failure: 1, error: 1 },
        steps: [
          { step: 'deliver', outcome: 'error', leads: 1 },
          { step: 'deliver', outcome: 'failure', leads: 1 },
          { step: 'deliver', outcome: 'success', leads: 1 },
          { step: 'phone', outcome: 'error', leads: 1 },
        ],
      })
    })
  })
}
