import { createMemoryCluster } from '@leadline/log'
import { describe, expect, it } from 'vitest'
import { answered, type Call, flowsOf, startSystem, topics } from './memory-system.ts'
import { createVirtualClock, type VirtualClock } from './virtual-clock.ts'

const callMs = 20
const concurrency = 64

/** A destination whose calls take 20 ms. */
function partner(clock: VirtualClock) {
  let ended = 0
  const call: Call = () =>
    new Promise((resolve) =>
      clock.after(callMs, () => {
        ended++
        resolve(answered)
      }),
    )
  return {
    call,
    get ended() {
      return ended
    },
  }
}

describe('a backlog for one of two destinations', () => {
  it('is worked off at the speed of the destination, and the other one waits for nobody', async () => {
    const clock = createVirtualClock()
    const [busy, quiet] = [partner(clock), partner(clock)]
    const flows = flowsOf({ busy: busy.call, quiet: quiet.call })
    const system = await startSystem(flows, 2 * concurrency, createMemoryCluster({ now: clock.now }), clock)
    const leads = 20_000
    await system.send('busy', leads)
    await system.send('quiet', 100)

    const quietMs = await clock.runUntil(() => quiet.ended === 100, 60_000)
    const restMs = await clock.runUntil(() => busy.ended === leads, 600_000)

    expect(quietMs).toBeLessThan(4_000)
    expect((leads / (quietMs + restMs)) * 1_000).toBeGreaterThan(0.7 * (concurrency / callMs) * 1_000)
    expect(await system.countOf(topics.deadLetters)).toBe(0)
  }, 180_000)
})
