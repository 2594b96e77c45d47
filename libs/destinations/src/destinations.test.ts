import { type Clock, systemClock } from '@leadline/engine'
import { describe, expect, it } from 'vitest'
import { createDestinations } from './destinations.ts'

const one = () =>
  createDestinations({ limits: new Map([['partner', { concurrency: 1, rate: null, quota: null }]]), clock: systemClock })

describe('the destinations of a process', () => {
  it('go on telling the others when a listener leaves, also when it says so twice', () => {
    const destinations = one()
    const told: string[] = []
    const leave = destinations.onChange(() => told.push('leaving'))
    destinations.onChange(() => told.push('staying'))
    leave()
    leave()
    destinations.changed('partner')
    expect(told).toEqual(['staying'])
  })

  it('tell everybody of a change during which one of them leaves', () => {
    const destinations = one()
    const told: string[] = []
    const leave = destinations.onChange(() => {
      told.push('leaving')
      leave()
    })
    destinations.onChange(() => told.push('second'))
    destinations.onChange(() => told.push('third'))
    destinations.changed('partner')
    expect(told.toSorted()).toEqual(['leaving', 'second', 'third'])
  })

  it('wake who is held until a moment also when that comes while he asks', () => {
    let nowMs = 0
    const waits: number[] = []
    const ticking: Clock = {
      ...systemClock,
      now: () => nowMs++,
      after: (delayMs) => {
        waits.push(delayMs)
        return () => {}
      },
    }
    const limits = { concurrency: 9, rate: { perSecond: 1 }, quota: null }
    const destinations = createDestinations({ limits: new Map([['partner', limits]]), clock: ticking })
    expect(destinations.ask('partner', false)).toEqual({ type: 'start' })
    nowMs = 999
    expect(destinations.ask('partner', false)).toEqual({ type: 'hold' })
    expect(waits).toEqual([1])
  })
})
