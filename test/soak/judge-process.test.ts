import { describe, expect, it } from 'vitest'
import { judgeCount, judgeMemory, judgeProcess } from './judge-process.ts'
import type { ServiceMetrics } from './read-metrics.ts'
import type { Sample } from './sample.ts'
import type { Point } from './trend.ts'

const mebibyte = 1_048_576

/** A value each ten seconds for an hour. */
function hourOf(valueAt: (minute: number) => number): Point[] {
  return Array.from({ length: 361 }, (_, index) => ({ at: index * 10_000, value: valueAt(index / 6) }))
}
/** A heap: fills by 60 MiB in about seven minutes, and is collected. */
const sawTooth = (minute: number) => ((minute * 9) % 61) * mebibyte

function samplesOf(valueAt: (minute: number) => { rssBytes: number; cpuSeconds: number; stateBytes: number }): Sample[] {
  const metrics: ServiceMetrics = {
    ...{ heapUsedBytes: 50 * mebibyte, eventLoopP99Ms: 12, baseAgeSeconds: 0, lag: 0, parked: 0, orphans: 0, lanes: 6 },
    ...{ stateEntries: 0, stateBytes: 0 },
  }
  return Array.from({ length: 361 }, (_, index) => {
    const { stateBytes, ...facts } = valueAt(index / 6)
    return {
      ...{ at: index * 10_000, process: 'worker', threads: 11, handles: 40, sockets: 20 },
      ...facts,
      metrics: { ...metrics, stateBytes },
    }
  })
}

describe('memory', () => {
  it('is flat when it saw-tooths over the same floor', () => {
    expect(judgeMemory(hourOf((minute) => 150 * mebibyte + sawTooth(minute)))).toMatchObject({ verdict: 'flat' })
  })

  it('grows when the floor under the saw-tooth rises', () => {
    const course = judgeMemory(hourOf((minute) => (150 + minute / 2) * mebibyte + sawTooth(minute)))

    expect(course.verdict).toBe('grows')
    expect(course.slopePerHour / mebibyte).toBeGreaterThan(20)
    expect(course.slopePerHour / mebibyte).toBeLessThan(40)
  })

  it('may grow while it warms up, however much', () => {
    const warming = hourOf((minute) => Math.min(minute, 20) * 10 * mebibyte + sawTooth(minute))
    expect(judgeMemory(warming)).toMatchObject({ verdict: 'flat' })
  })

  it('that rises too slowly for an hour to show is found out in a day', () => {
    const leak = (hours: number) =>
      hourOf((minute) => (150 + (minute / 60) * hours * 4) * mebibyte).map(({ at, value }) => ({ at: at * hours, value }))

    expect(judgeMemory(leak(1))).toMatchObject({ verdict: 'flat' })
    expect(judgeMemory(leak(24))).toMatchObject({ verdict: 'grows' })
  })

  it('that nobody measured is not flat', () => {
    expect(judgeMemory([]).verdict).toBe('grows')
  })
})

describe('a count of handles', () => {
  it('is flat when a pool has a few more than before', () => {
    expect(judgeCount(hourOf((minute) => (minute < 40 ? 40 : 44)))).toMatchObject({ verdict: 'flat', most: 44 })
  })

  it('is flat when it comes back to what it was, after the broker has closed idle connections', () => {
    expect(judgeCount(hourOf((minute) => (minute > 20 && minute < 50 ? 49 : 59)))).toMatchObject({ verdict: 'flat' })
  })

  it('grows when one a minute is never closed', () => {
    expect(judgeCount(hourOf((minute) => 40 + Math.floor(minute)))).toMatchObject({ verdict: 'grows', first: 46, most: 100 })
  })
})

describe('a process', () => {
  it('uses the processor time between its samples, the warm-up left out', () => {
    const report = judgeProcess(
      'worker',
      samplesOf((minute) => ({ rssBytes: 0, stateBytes: 0, cpuSeconds: minute < 6 ? minute * 60 : 360 + (minute - 6) * 3 })),
    )
    expect(report.cpuPercent).toBeCloseTo(5, 1)
  })

  it('is not charged with the keys it remembers for a day', () => {
    const growing = (minute: number) => ({
      rssBytes: 150 * mebibyte + minute * 300_000,
      stateBytes: minute * 300_000,
      cpuSeconds: 0,
    })
    expect(judgeProcess('worker', samplesOf(growing)).rss.verdict).toBe('flat')
    expect(
      judgeProcess(
        'worker',
        samplesOf((minute) => ({ ...growing(minute), stateBytes: 0 })),
      ).rss.verdict,
    ).toBe('grows')
  })

  it('that answers no metrics is still measured by what the kernel says', () => {
    const silent = samplesOf((minute) => ({ rssBytes: (150 + minute) * mebibyte, stateBytes: 0, cpuSeconds: 0 }))
    const report = judgeProcess(
      'worker',
      silent.map((sample) => ({ ...sample, metrics: null })),
    )
    expect(report.rss.verdict).toBe('grows')
  })
})
