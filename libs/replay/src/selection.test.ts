import { sampleLeadId } from '@leadline/store/sample-events'
import { expect, test } from 'vitest'
import { formatSelection, parseSelection, type ReplaySelection } from './selection.ts'

const selections: readonly ReplaySelection[] = [
  { type: 'leads', query: { leadIds: [sampleLeadId(1)], flow: 'demo', stepOutcome: 'error', since: 1 } },
  { type: 'leads', query: {} },
  { type: 'records', topic: 't', ranges: [{ partition: 0, from: 0, to: 9 }], since: null, until: 5 },
]

test.each(selections)('%j survives its way through an order', (selection) => {
  expect(parseSelection(formatSelection(selection))).toEqual(selection)
})

test.each(['', '{}', '{"type":"leads","query":{"colour":"red"}}', '{"type":"leads","query":{"leadIds":["x"]}}'])(
  'refuses %j rather than replay too much',
  (json) => {
    expect(() => parseSelection(json)).toThrow(expect.objectContaining({ code: 'RECORD_INVALID' }))
  },
)
