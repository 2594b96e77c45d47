import type { Flow } from '@leadline/flows'
import { compilePricing, compileRules, standardFieldTypes } from '@leadline/language'
import { sampleFlow } from '@leadline/replay/sample-flow'
import { describe, expect, it } from 'vitest'
import { bidForLead } from './bid-for-lead.ts'

const source = { name: 'web', title: 'Web', auth: { type: 'none' } } as const
const gates = {
  mappings: [],
  acceptance: compileRules({ op: 'and', rules: [{ lhv: 'lead.state', op: 'is equal to', rhv: 'TX' }] }),
  pricing: compilePricing([
    { price: 5 },
    { if: { op: 'and', rules: [{ lhv: 'lead.age', op: 'is greater than', rhv: 40 }] }, price: 9 },
  ]),
  caps: [],
  hours: null,
}
const flow: Flow = {
  ...sampleFlow([]),
  sources: new Map([['web', source]]),
  fields: standardFieldTypes,
  gates: new Map([['web', gates]]),
}

describe('a bid', () => {
  it('is the price of a lead that the flow would take', () => {
    expect(bidForLead(flow, source, { state: 'Texas', age: '41' }, 0)).toEqual({ outcome: 'success', reason: null, price: 9 })
    expect(bidForLead(flow, source, { state: 'TX' }, 0)).toMatchObject({ price: 5 })
  })

  it('is the reason of one that it would not', () => {
    const bid = bidForLead(flow, source, { state: 'CA' }, 0)
    expect(bid).toEqual({ outcome: 'failure', reason: expect.stringContaining('State'), price: null })
  })

  it('has no price where the flow has none', () => {
    const free = { ...flow, gates: new Map([['web', { ...gates, pricing: null }]]) }
    expect(bidForLead(free, source, { state: 'TX' }, 0)).toEqual({ outcome: 'success', reason: null, price: null })
  })
})
