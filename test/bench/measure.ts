import { getHeapSpaceStatistics } from 'node:v8'

/** What a measured run did. */
export interface Measurement {
  readonly perSecond: number
  /** Processor seconds of this process per 100,000 leads. */
  readonly cpuPer100k: number
  /** When this process held the most memory meanwhile. */
  readonly peak: MemoryParts
}

/** What the memory of a process is made of, in bytes. */
export interface MemoryParts {
  readonly rss: number
  /** Of V8's heap, garbage included: what is new, and what has lived longer. */
  readonly youngHeap: number
  readonly oldHeap: number
  /** Beside the heap. */
  readonly buffers: number
}

export function memoryParts(): MemoryParts {
  const { rss, heapTotal, arrayBuffers } = process.memoryUsage()
  const young = getHeapSpaceStatistics().filter(({ space_name }) => space_name.startsWith('new_'))
  const youngHeap = young.reduce((sum, { physical_space_size }) => sum + physical_space_size, 0)
  return { rss, youngHeap, oldHeap: heapTotal - youngHeap, buffers: arrayBuffers }
}

export interface Stopwatch {
  /** `count`: what was done since the start. */
  stop(count: number): Measurement
}

/** Measures time, processor time and memory of this process from now on. */
export function startStopwatch(): Stopwatch {
  const cpuBefore = process.cpuUsage()
  const startedAt = performance.now()
  let peak = memoryParts()
  const look = (): void => {
    if (process.memoryUsage.rss() > peak.rss) peak = memoryParts()
  }
  const looking = setInterval(look, 200)
  return {
    stop: (count) => {
      const seconds = (performance.now() - startedAt) / 1_000
      const cpu = process.cpuUsage(cpuBefore)
      clearInterval(looking)
      look()
      return { perSecond: count / seconds, cpuPer100k: ((cpu.user + cpu.system) / 1_000_000 / count) * 100_000, peak }
    },
  }
}

/** Runs `work`, which does `count` things, and says how fast and at what cost in processor time of this process. */
export async function measure(count: number, work: () => Promise<void>): Promise<Measurement> {
  const stopwatch = startStopwatch()
  await work()
  return stopwatch.stop(count)
}
