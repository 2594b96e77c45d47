import { describe, expect, it } from 'vitest'
import { createSlots } from './slots.ts'

describe('slots', () => {
  it('are given to whoever waits longest', () => {
    const slots = createSlots(1)
    const order: string[] = []
    const waitFor = (name: string) => (): void => {
      if (slots.take(() => undefined)) order.push(name)
    }
    slots.take(() => undefined)
    slots.take(waitFor('first'))
    slots.take(waitFor('second'))
    slots.release()
    slots.release()
    expect(order).toEqual(['first', 'second'])
  })

  it('pass on to the next one when who waited has stopped meanwhile', () => {
    const slots = createSlots(1)
    let taken = false
    slots.take(() => undefined)
    slots.take(() => undefined)
    slots.take(() => {
      taken = slots.take(() => undefined)
    })
    slots.release()
    expect(taken).toBe(true)
  })
})
