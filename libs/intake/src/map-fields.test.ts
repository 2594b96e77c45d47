import { compileMappings, type MappingSpec, standardFieldTypes } from '@leadline/language'
import { describe, expect, it } from 'vitest'
import { mapFields } from './map-fields.ts'

const flowWith = (...lists: readonly (readonly MappingSpec[])[]) => ({
  name: 'demo',
  title: 'Demo',
  version: 'abc',
  sources: new Map(),
  fields: standardFieldTypes,
  settings: {},
  gates: new Map([
    ['web', { mappings: lists.map((specs) => compileMappings(specs)), acceptance: null, pricing: null, caps: [], hours: null }],
  ]),
})
const from = (source: string) => ({
  source,
  fields: { tel: '(737) 874-2833', phone: '(212) 555-0100', loan: { amount: 5 } },
  receivedAt: Date.UTC(2025, 0, 6),
})

describe('the fields of a lead', () => {
  it('are joined by what the mappings make of them; later lists see what earlier ones made', () => {
    const flow = flowWith(
      [{ property: 'mobile_phone', value: '{{lead.tel}}' }],
      [
        { property: 'area', value: '{{lead.mobile_phone.area}}' },
        { property: 'loan.day', value: '{{submission.timestamp}}' },
      ],
    )
    expect(mapFields(flow, from('web'))).toEqual({
      tel: '(737) 874-2833',
      phone: '(212) 555-0100',
      mobile_phone: '(737) 874-2833',
      area: '737',
      loan: { amount: 5, day: '2025-01-06T00:00:00.000Z' },
    })
  })

  it('stay as they are for a source without mappings, and where a mapping fails', () => {
    const broken = [{ property: 'a', value: '{{lead.tel.padEnd(1000000000)}}' }]
    expect(mapFields(flowWith(broken), from('web'))).toEqual(from('web').fields)
    expect(mapFields(flowWith([{ property: 'a', value: '1' }]), from('other'))).toEqual(from('other').fields)
  })
})
