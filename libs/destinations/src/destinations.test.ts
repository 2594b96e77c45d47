import { systemClock } from '@leadline/engine'
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
})
