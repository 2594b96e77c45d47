/** What a measured run did. */
export interface Measurement {
  readonly perSecond: number
  /** Processor seconds of this process per 100,000 leads. */
  readonly cpuPer100k: number
  /** Most memory that this process held meanwhile. */
  readonly mostRssBytes: number
}

export interface Stopwatch {
  /** `count`: what was done since the start. */
  stop(count: number): Measurement
}

/** Measures time, processor time and memory of this process from now on. */
export function startStopwatch(): Stopwatch {
  const cpuBefore = process.cpuUsage()
  const startedAt = performance.now()
  let mostRssBytes = 0
  const look = (): void => {
    mostRssBytes = Math.max(mostRssBytes, process.memoryUsage.rss())
  }
  const looking = setInterval(look, 200)
  return {
    stop: (count) => {
      const seconds = (performance.now() - startedAt) / 1_000
      const cpu = process.cpuUsage(cpuBefore)
      clearInterval(looking)
      look()
      return { perSecond: count / seconds, cpuPer100k: ((cpu.user + cpu.system) / 1_000_000 / count) * 100_000, mostRssBytes }
    },
  }
}

/** Runs `work`, which does `count` things, and says how fast and at what cost in processor time of this process. */
export async function measure(count: number, work: () => Promise<void>): Promise<Measurement> {
  const stopwatch = startStopwatch()
  await work()
  return stopwatch.stop(count)
}
