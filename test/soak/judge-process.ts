import type { ServiceMetrics } from './read-metrics.ts'
import type { Sample } from './sample.ts'
import { floors, hoursOf, type Point, secondHalf, slopePerHour } from './trend.ts'

/** A number over the run, and whether it stayed where it was. */
export interface Course {
  /** After the warm-up, which is the first tenth. */
  readonly first: number
  readonly middle: number
  readonly last: number
  readonly most: number
  /** By how much it may grow: memory over the second half, counts over the higher of `first` and `middle`. */
  readonly tolerance: number
  readonly verdict: 'flat' | 'grows'
}

export interface MemoryCourse extends Course {
  /** Bytes per hour over the second half, and how many are allowed. */
  readonly slopePerHour: number
  readonly tolerancePerHour: number
}

export interface ProcessReport {
  readonly process: string
  /** Without the warm-up. */
  readonly cpuPercent: number
  /** Without what the lanes remember by design, which is no part of the heap. */
  readonly rss: MemoryCourse
  readonly heap: MemoryCourse
  readonly remembered: { readonly entries: number; readonly bytes: number }
  readonly threads: Course
  readonly handles: Course
  readonly sockets: Course
  readonly eventLoopP99Ms: number
  readonly worst: { readonly baseAgeSeconds: number; readonly lag: number; readonly parked: number; readonly orphans: number }
}

/** What a process has open while it has nothing to do, before a load and after it: what a burst needed is closed again, what leaked is not. */
export interface RestReport {
  readonly process: string
  readonly counts: readonly RestCount[]
}

interface RestCount {
  readonly name: 'handles' | 'sockets' | 'threads'
  readonly before: number
  readonly after: number
  readonly verdict: 'flat' | 'grows'
}

// A window must see a full collection, which comes every few minutes under a light load; a long run affords more of them.
const windowMs = 600_000
const [fewestWindows, mostWindows] = [6, 20]
const warmUpShare = 0.1
/** Memory is flat when the line through its floors rises by no more over the second half, however long that is. */
const memoryShare = 0.05
const memoryBytes = 8 * 1_048_576
const countShare = 0.1
const countLeast = 4

/** What one process' samples say; there must be some. */
export function judgeProcess(process: string, samples: readonly Sample[]): ProcessReport {
  const points = (of: (sample: Sample) => number) => samples.map((sample) => ({ at: sample.at, value: of(sample) }))
  const answered = samples.flatMap(({ at, metrics }) => (metrics === null ? [] : [{ at, metrics }]))
  const worst = (of: (metrics: ServiceMetrics) => number) => Math.max(0, ...answered.map(({ metrics }) => of(metrics)))
  const last = answered.at(-1)?.metrics
  return {
    process,
    cpuPercent: cpuPercentOf(samples),
    rss: judgeMemory(points((sample) => sample.rssBytes - (sample.metrics?.stateBytes ?? 0))),
    heap: judgeMemory(answered.map(({ at, metrics }) => ({ at, value: metrics.heapUsedBytes }))),
    remembered: { entries: last?.stateEntries ?? 0, bytes: last?.stateBytes ?? 0 },
    threads: judgeCount(points(({ threads }) => threads)),
    handles: judgeCount(points(({ handles }) => handles)),
    sockets: judgeCount(points(({ sockets }) => sockets)),
    eventLoopP99Ms: worst(({ eventLoopP99Ms }) => eventLoopP99Ms),
    worst: {
      baseAgeSeconds: worst(({ baseAgeSeconds }) => baseAgeSeconds),
      lag: worst(({ lag }) => lag),
      parked: worst(({ parked }) => parked),
      orphans: worst(({ orphans }) => orphans),
    },
  }
}

/** One for each process that was there before. */
export function restOf(before: readonly Sample[], after: readonly Sample[]): RestReport[] {
  const restCount = (name: RestCount['name'], first: Sample, last: Sample): RestCount => {
    const verdict = last[name] - first[name] <= countLeast ? 'flat' : 'grows'
    return { name, before: first[name], after: last[name], verdict }
  }
  return before.map((first) => {
    // What was not measured is not flat.
    const last = after.find(({ process }) => process === first.process) ?? unmeasured(first)
    const names = ['handles', 'sockets', 'threads'] as const
    return { process: first.process, counts: names.map((name) => restCount(name, first, last)) }
  })
}

function unmeasured(sample: Sample): Sample {
  return { ...sample, handles: Number.NaN, sockets: Number.NaN, threads: Number.NaN }
}

export function judgeMemory(points: readonly Point[]): MemoryCourse {
  const course = courseOf(points)
  const half = secondHalf(points)
  const hours = hoursOf(half)
  const slope = slopePerHour(floors(half, Math.ceil(windowsOf(points) / 2)))
  const tolerance = Math.max(memoryBytes, course.middle * memoryShare)
  return {
    ...course,
    tolerance,
    slopePerHour: slope,
    tolerancePerHour: hours === 0 ? Number.POSITIVE_INFINITY : tolerance / hours,
    verdict: slope * hours <= tolerance ? 'flat' : 'grows',
  }
}

/** Handles, sockets, threads: a pool may open a few more, a leak opens ever more. */
export function judgeCount(points: readonly Point[]): Course {
  const course = courseOf(points)
  // Idle connections are closed meanwhile, and opened again: that is no growth.
  const before = Math.max(course.first, course.middle)
  const tolerance = Math.max(countLeast, before * countShare)
  return { ...course, tolerance, verdict: course.last - before <= tolerance ? 'flat' : 'grows' }
}

// What was not measured is not flat.
function courseOf(points: readonly Point[]): Omit<Course, 'verdict' | 'tolerance'> {
  const warm = points.slice(Math.floor(points.length * warmUpShare))
  const least = floors(warm, windowsOf(points))
  return {
    first: least[0]?.value ?? Number.NaN,
    middle: least[Math.floor(least.length / 2)]?.value ?? Number.NaN,
    last: least.at(-1)?.value ?? Number.NaN,
    most: points.reduce((most, { value }) => Math.max(most, value), 0),
  }
}

function windowsOf(points: readonly Point[]): number {
  return Math.min(mostWindows, Math.max(fewestWindows, Math.floor((hoursOf(points) * 3_600_000) / windowMs)))
}

function cpuPercentOf(samples: readonly Sample[]): number {
  const from = samples[Math.floor(samples.length * warmUpShare)]
  const to = samples.at(-1)
  if (from === undefined || to === undefined || to.at === from.at) return 0
  return ((to.cpuSeconds - from.cpuSeconds) / ((to.at - from.at) / 1_000)) * 100
}
