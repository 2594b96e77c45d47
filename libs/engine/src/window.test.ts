import type { LogRecord } from '@leadline/log'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeMetadata, encodeMetadata } from './offset-map.ts'
import { createWindow, type Entry } from './window.ts'

const record = (offset: number): LogRecord => ({
  topic: 't',
  partition: 0,
  offset,
  timestamp: 0,
  key: Buffer.from(`k${offset}`),
  value: Buffer.from('v'),
  headers: {},
})

/** Marks the offsets as done by one commit. */
function finish(window: ReturnType<typeof createWindow>, entries: ReturnType<typeof window.track>[]): void {
  for (const entry of entries) if (entry !== undefined) entry.state = 'committing'
  window.settle()
}

describe('a window', () => {
  it('has the lowest offset that is not done as its base, whatever the order of completion', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...Array(60).keys()], { minLength: 1 }), (order) => {
        const window = createWindow(0, [])
        const entries = Array.from({ length: 60 }, (_, offset) => window.track(record(offset)))
        for (const offset of order) finish(window, [entries[offset]])
        const lowest = [...Array(61).keys()].find((offset) => !order.includes(offset))
        expect(window.project().base).toBe(lowest)
      }),
    )
  })

  it('has room behind a gap of any size when all before it is done, also when that was done before the restart', () => {
    // Offset 6 was not done, 7 to 9 were.
    const window = createWindow(6, [1, 3])
    finish(window, [window.track(record(6))])
    for (const offset of [7, 8, 9]) expect(window.track(record(offset))).toBeUndefined()
    window.cover(250_000)

    expect(window.hasRoom()).toBe(true)
    expect(window.base).toBe(250_000)
  })

  it('knows since when its oldest record waits, also when only the commit of its result is missing', () => {
    const window = createWindow(7, [])
    const entry = window.track({ ...record(7), timestamp: 60_000 })
    Object.assign(entry ?? {}, { state: 'completed', record: null })
    expect(window.oldest()).toMatchObject({ offset: 7, timestamp: 60_000 })
  })

  it('does not hand out again what was done beyond the base before a restart', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(199)), (doneOffsets) => {
        const before = createWindow(0, [])
        const entries = Array.from({ length: 200 }, (_, offset) => before.track(record(offset)))
        finish(
          before,
          doneOffsets.map((offset) => entries[offset]),
        )
        const { base, runs } = before.project()

        const after = createWindow(base, runs)
        const again = Array.from({ length: 200 - base }, (_, index) => after.track(record(base + index))?.offset)

        const undone = [...Array(200).keys()].filter((offset) => !doneOffsets.includes(offset))
        expect(again.filter((offset) => offset !== undefined)).toEqual(undone)
      }),
    )
  })

  it('still knows what was done before a restart while those records have not been delivered again', () => {
    const window = createWindow(5, [1, 2, 1, 1])
    const entry = window.track(record(5))
    expect(window.project()).toEqual({ base: 5, runs: [1, 2, 1, 1] })
    finish(window, [entry])
    expect(window.project()).toEqual({ base: 8, runs: [1, 1] })
  })

  it('passes over control records and compacted gaps', () => {
    const window = createWindow(10, [])
    const entry = window.track(record(14))
    window.cover(20)
    finish(window, [entry])
    expect(window.project()).toEqual({ base: 20, runs: [] })
  })

  it('takes a completion back when its commit did not take place', () => {
    const window = createWindow(0, [])
    const entry = window.track(record(0))
    if (entry !== undefined) entry.state = 'committing'
    window.unsettle()
    expect(entry?.state).toBe('completed')
    expect(window.project().base).toBe(0)
  })

  it('ignores a record that is delivered twice', () => {
    const window = createWindow(0, [])
    window.track(record(0))
    expect(window.track(record(0))).toBeUndefined()
    expect(window.undone).toBe(1)
  })

  it('has no room for more when the map could outgrow the metadata', () => {
    const window = createWindow(0, [])
    for (let offset = 0; offset < 20_000; offset++) window.track(record(offset))
    expect(window.hasRoom()).toBe(false)
  })
})

describe('the metadata of a window', () => {
  const metadataLength = 4_096
  const metadataOf = (window: ReturnType<typeof createWindow>): string => {
    const stamp = { owner: 'ffffffffffff', sequence: 2 ** 40 }
    return encodeMetadata({ ...window.project(), stamp, starts: 9, suspect: window.base + 100_000 })
  }

  /** A partition's records with gaps between them, of which each so-many-th stays undone while there is room without it. */
  const stretch = fc.record({
    count: fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 5_000, max: 12_000 })),
    stuckEvery: fc.integer({ min: 2, max: 60 }),
    gap: fc.oneof(fc.integer({ min: 0, max: 9_000 }), fc.integer({ min: 0, max: 300_000 })),
    restarts: fc.boolean(),
  })

  it('fits whatever gaps and holes there are, and room is always made by finishing the oldest records', () => {
    fc.assert(
      fc.property(fc.array(stretch, { minLength: 1, maxLength: 6 }), (stretches) => {
        let window = createWindow(2 ** 50, [])
        let stuck: Entry[] = []
        const delivered: number[] = []
        const deliver = (offset: number, isStuck: boolean): void => {
          while (!window.hasRoom(offset)) finish(window, stuck.splice(0, 50))
          const entry = window.track(record(offset))
          if (entry !== undefined && isStuck) stuck.push(entry)
          else if (entry !== undefined) entry.state = 'committing'
        }
        let next = 2 ** 50
        for (const { count, stuckEvery, gap, restarts } of stretches) {
          for (let index = 0; index < count; index++, next++) {
            delivered.push(next)
            deliver(next, index % stuckEvery === 0)
          }
          window.settle()
          next += gap
          if (gap % 2 === 0) window.cover(next)
          expect(metadataOf(window).length).toBeLessThanOrEqual(metadataLength)
          if (!restarts) continue

          const { base, runs } = decodeMetadata(metadataOf(window))
          window = createWindow(base, runs)
          stuck = []
          for (const offset of delivered.filter((offset) => offset >= base)) deliver(offset, true)
          expect(metadataOf(window).length).toBeLessThanOrEqual(metadataLength)
        }
      }),
      { numRuns: 25 },
    )
  }, 30_000)

  it('fits when a gap follows a span that is just small enough for its many holes', () => {
    const window = createWindow(0, [])
    const entries = Array.from({ length: 19_998 }, (_, offset) => window.track(record(offset)))
    finish(
      window,
      entries.filter((_, offset) => offset % 2 === 1),
    )
    expect(window.hasRoom(19_998)).toBe(true)
    expect(window.hasRoom(19_998 + 5_000)).toBe(false)
    window.cover(19_998 + 5_000)
    expect(metadataOf(window).length).toBeLessThanOrEqual(metadataLength)
  })
})
