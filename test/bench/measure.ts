/** What a measured run did. */
export interface Measurement {
  readonly perSecond: number
  /** Processor seconds of this process per 100,000 leads. */
  readonly cpuPer100k: number
}

/** Runs `work`, which does `count` things, and says how fast and at what cost in processor time of this process. */
export async function measure(count: number, work: () => Promise<void>): Promise<Measurement> {
  const cpuBefore = process.cpuUsage()
  const startedAt = performance.now()
  await work()
  const seconds = (performance.now() - startedAt) / 1_000
  const cpu = process.cpuUsage(cpuBefore)
  return { perSecond: count / seconds, cpuPer100k: ((cpu.user + cpu.system) / 1_000_000 / count) * 100_000 }
}

/** One line of the table; the baseline was measured in the same run. */
export interface BenchResult {
  readonly name: string
  readonly value: number
  readonly unit: string
  readonly baseline: number
  readonly ratio: number
}
