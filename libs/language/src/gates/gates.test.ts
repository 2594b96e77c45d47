import { describe, expect, it } from 'vitest'
import { viewWith } from '../template/sample-view.ts'
import { admitUnderCap, type CapPeriod, capKey, releaseFromCap } from './cap.ts'
import { compileHours, type HoursSpec, withinHours } from './hours.ts'
import { compilePricing } from './pricing.ts'

const at = (iso: string): number => Date.parse(iso)
const office: HoursSpec = {
  timezone: 'America/New_York',
  days: { mon: ['09:00-12:00', '13:00-17:30'], fri: ['22:00-02:00'] },
  closed: ['2025-07-07'],
}

describe('hours of operation', () => {
  const open = compileHours(office)

  it.each([
    ['2025-01-06T14:00:00Z', true],
    ['2025-01-06T13:59:00Z', false],
    ['2025-01-06T17:00:00Z', false],
    ['2025-01-06T22:29:59Z', true],
    ['2025-01-06T22:30:00Z', false],
    ['2025-01-07T14:00:00Z', false],
    // Saturday, an hour after midnight in New York.
    ['2025-01-11T06:00:00Z', true],
    ['2025-01-11T07:00:00Z', false],
  ])('at %s: %s', (moment, expected) => {
    expect(open(at(moment))).toBe(expected)
  })

  it('follow the clock when it is put forward and back', () => {
    expect(open(at('2025-03-03T13:00:00Z'))).toBe(false)
    // The clock went forward on 9 March: nine o'clock is now 13:00 UTC.
    expect(open(at('2025-03-10T13:00:00Z'))).toBe(true)
    expect(open(at('2025-11-03T13:00:00Z'))).toBe(false)
    expect(open(at('2025-11-03T14:00:00Z'))).toBe(true)
  })

  it('are over on a closed day', () => {
    expect(open(at('2025-07-07T14:00:00Z'))).toBe(false)
  })

  it('refuse a lead with the reason', () => {
    expect(withinHours(open, at('2025-01-07T14:00:00Z'))).toEqual({
      type: 'fail',
      reason: 'Submission Timestamp must be within hours of operation',
    })
  })

  it.each([
    [{ timezone: 'America/Nowhere', days: {} }, /not a time zone/],
    [{ timezone: 'UTC', days: { mon: ['9-17'] } }, /not a period/],
    [{ timezone: 'UTC', days: { mon: ['09:00-25:00'] } }, /not a period/],
    [{ timezone: 'UTC', days: {}, closed: ['Christmas'] }, /not a day/],
    [{ timezone: 'UTC', days: {}, closed: ['2025-02-30'] }, /not a day/],
    [{ timezone: 'UTC', days: {}, closed: ['2025-25-12'] }, /not a day/],
  ])('cannot be %j', (spec, message) => {
    expect(() => compileHours(spec)).toThrow(message)
  })
})

describe('a cap', () => {
  it('lets as many leads pass as it says; refused and failed leads do not count', () => {
    expect(admitUnderCap({ max: 1 }, 0)).toEqual({ type: 'admitted', count: 1 })
    expect(admitUnderCap({ max: 1 }, 1)).toEqual({ type: 'refused', reason: 'Cap reached', count: 1 })
    expect([releaseFromCap(1), releaseFromCap(0)]).toEqual([0, 0])
  })

  it.each<[CapPeriod, string, string]>([
    ['minute', '2025-01-06T03:15', '2025-01-06T03:15'],
    ['hour', '2025-01-06T03:00', '2025-01-06T03:00'],
    ['day', '2025-01-06', '2025-01-05'],
    ['week', '2025-01-06', '2024-12-30'],
    ['month', '2025-01', '2025-01'],
    ['total', 'ever', 'ever'],
  ])('per %s counts in UTC under %s, and in New York under %s', (per, utc, local) => {
    const place = { flow: 'f', source: 's', step: 'p' }
    const moment = at('2025-01-06T03:15:00Z')
    expect(capKey({ max: 1, per, scope: 'source' }, place, moment)).toBe(`source:f/s:${per}:${utc}`)
    expect(capKey({ max: 1, per, scope: 'flow', timezone: 'America/New_York' }, place, moment)).toBe(`flow:f:${per}:${local}`)
  })
})

describe('the hour of a cap', () => {
  const counterAt = (iso: string, per: CapPeriod, timezone: string) =>
    capKey({ max: 1, per, scope: 'flow', timezone }, { flow: 'f', source: 's', step: 'p' }, at(iso))

  it.each<CapPeriod>(['minute', 'hour'])('comes twice, as two of them, when clocks are put back: %s', (per) => {
    const [before, again] = ['2025-11-02T05:30:00Z', '2025-11-02T06:30:00Z'].map((iso) => counterAt(iso, per, 'America/New_York'))
    expect(before).not.toBe(again)
  })

  it('begins when it does in its zone, also half an hour off', () => {
    const moments = ['2025-01-06T03:29:59Z', '2025-01-06T03:30:00Z', '2025-01-06T04:29:59Z']
    expect(moments.map((iso) => counterAt(iso, 'hour', 'Asia/Kolkata'))).toEqual([
      'flow:f:hour:2025-01-06T02:30',
      'flow:f:hour:2025-01-06T03:30',
      'flow:f:hour:2025-01-06T03:30',
    ])
  })
})

describe('pricing', () => {
  const pricing = compilePricing([
    { price: 1 },
    { if: 'state is TX', price: 5 },
    { if: { rules: [{ lhv: 'lead.age', op: 'is greater than', rhv: 40 }] }, price: '{{lead.value * 0.1}}' },
    { if: 'state is CA', price: 20 },
  ])

  it('asks all rules, and the last that holds decides', () => {
    expect(pricing(viewWith({ state: 'TX', age: 41, value: 90 }))).toBe(9)
    expect(pricing(viewWith({ state: 'CA', age: 41, value: 90 }))).toBe(20)
    expect(pricing(viewWith({ state: 'NY' }))).toBe(1)
  })

  it('keeps the earlier price when a template finds no number', () => {
    expect(pricing(viewWith({ state: 'TX', age: 41 }))).toBe(5)
    expect(compilePricing([])(viewWith({}))).toBeNull()
  })
})
