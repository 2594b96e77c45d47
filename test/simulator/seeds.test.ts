import { openCodec } from '@leadline/events'
import { describe, expect, it } from 'vitest'
import { onceBrokenPlans } from './once-broken-plans.ts'
import { runPlan } from './run-plan.ts'

const codec = await openCodec({ encoding: 'avro' })

describe('what the simulator found broken once stays mended:', () => {
  it.each(onceBrokenPlans)('$title', async ({ plan }) => {
    const { violations } = await runPlan(plan, codec)

    expect(violations).toEqual([])
  })
})
