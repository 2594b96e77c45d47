import { describe, expect, it } from 'vitest'
import { eventId, idempotencyKey, leadIdFromKey, newLeadId } from './ids.ts'

const lead = newLeadId(1_700_000_000_000, Buffer.from('0123456789'))

describe('ids', () => {
  it('of new leads are UUIDs of version 7 with their time in front', () => {
    expect(lead).toBe('018bcfe5-6800-7031-b233-343536373839')
  })

  it('that are derived stay what they are over releases: readers drop copies by them, and destinations know them', () => {
    expect(leadIdFromKey('demo', 'web', 'key-1')).toBe('3527ca73-28b0-8de6-bf04-8bf0d93f7685')
    expect(eventId('attempt', lead, 0, 'deliver', 1)).toBe('b34ab376-1d2e-8f37-91ee-17c6046a7cbe')
    expect(idempotencyKey('demo', 'déliver', lead, 0)).toBe('84017d08-748c-8ee3-8965-c2968dfae051')
  })

  it('differ when the same characters are divided in another way', () => {
    expect(eventId('ab', 'c')).not.toBe(eventId('a', 'bc'))
  })
})
