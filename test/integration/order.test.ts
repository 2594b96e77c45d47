import { createMemoryCluster } from '@leadline/log'
import { describe, expect, it } from 'vitest'
import { answered, type Call, eventually, flowsOf, startSystem, unavailable } from './memory-system.ts'

const lead = (name: string, customer: string): Record<string, string> => ({ name, customer })
const line = ['a1', 'a2', 'a3'].map((name) => lead(name, 'ann'))

/** A destination that answers `a1` only after so many calls, and notes in which order leads were answered. */
function stubborn(errors: number): { readonly call: Call; readonly answeredLeads: string[]; errors: number } {
  const state = {
    errors,
    answeredLeads: [] as string[],
    call: async ({ lead: fields }: { readonly lead: unknown }) => {
      const name = String(Object.entries(fields ?? {}).find(([key]) => key === 'name')?.[1])
      if (name === 'a1' && state.errors-- > 0) return unavailable
      state.answeredLeads.push(name)
      return answered
    },
  }
  return state
}

describe('a lead that waits for a retry', () => {
  it('is overtaken by later leads of its key, unless the step says otherwise', async () => {
    const partner = stubborn(1)
    await using system = await startSystem(flowsOf({ crm: partner.call }, { orderBy: 'customer' }))
    await system.send('crm', 3, line)
    await eventually(async () => (await system.completed('crm')).length === 3)
    expect(partner.answeredLeads).toEqual(['a2', 'a3', 'a1'])
  }, 30_000)

  it('is followed by later leads of its key where the step says so; leads of other keys do not wait', async () => {
    const partner = stubborn(2)
    await using system = await startSystem(flowsOf({ crm: partner.call }, { orderBy: 'customer', order: 'follow' }))
    await system.send('crm', 4, [...line, lead('b1', 'bob')])
    await eventually(async () => (await system.completed('crm')).length === 4)
    expect(partner.answeredLeads).toEqual(['b1', 'a1', 'a2', 'a3'])
  }, 30_000)

  it('lets the others go on when its result turns out to be too large to be kept', async () => {
    const partner = stubborn(1)
    const huge = { ...answered, conclusion: { ...answered.conclusion, appended: { blob: 'x'.repeat(5_000_000) } } }
    const call: Call = async (asked) => {
      const answer = await partner.call(asked)
      return answer === answered && partner.answeredLeads.length === 1 ? huge : answer
    }
    await using system = await startSystem(flowsOf({ crm: call }, { orderBy: 'customer', order: 'follow' }))
    await system.send('crm', 3, line)
    await eventually(async () => (await system.completed('crm')).length === 3)
    expect(partner.answeredLeads).toEqual(['a1', 'a2', 'a3'])
  }, 30_000)

  it('is still followed after the worker was killed and started again', async () => {
    const partner = stubborn(2)
    const cluster = createMemoryCluster()
    const flows = flowsOf({ crm: partner.call }, { orderBy: 'customer', order: 'follow' })
    const first = await startSystem(flows, 512, cluster)
    await first.send('crm', 3, line)
    await eventually(async () => partner.errors < 2)
    await first[Symbol.asyncDispose]()
    await using second = await startSystem(flows, 512, cluster)
    await eventually(async () => (await second.completed('crm')).length === 3)
    expect(partner.answeredLeads).toEqual(['a1', 'a2', 'a3'])
  }, 30_000)
})
