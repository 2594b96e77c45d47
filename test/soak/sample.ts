import { createWriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import { collectGarbage } from './collect-garbage.ts'
import { readMetrics, type ServiceMetrics } from './read-metrics.ts'
import { type ProcessFacts, readProcess } from './read-process.ts'

/** One look at one process. */
export interface Sample extends ProcessFacts {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly process: string
  /** null: it did not answer. */
  readonly metrics: ServiceMetrics | null
}

export interface Watched {
  readonly name: string
  readonly pid: number
  /** Of /metrics. */
  readonly port: number
  /** Of the inspector, by which the process is told to collect its garbage. */
  readonly inspectorPort: number
  readonly alive: () => boolean
}

export interface Sampler {
  readonly samples: ReadonlyMap<string, readonly Sample[]>
  /** Ends with a last look. */
  stop(): Promise<void>
}

export interface SamplerOptions {
  readonly processes: readonly Watched[]
  readonly everyMs: number
  /** How often garbage is collected before the look: only what is left then tells of a leak. */
  readonly collectEveryMs: number
  /** Gets one line of JSON for each sample. */
  readonly file: string
  readonly onRound: (round: readonly Sample[]) => void
}

/** Looks at all processes now and every `everyMs` from now on; those that ended are left out. */
export function startSampler({ processes, everyMs, collectEveryMs, file, onRound }: SamplerOptions): Sampler {
  const samples = new Map<string, Sample[]>(processes.map(({ name }) => [name, []]))
  const output = createWriteStream(file)
  let collectedAt = Date.now()
  const round = async () => {
    if (Date.now() - collectedAt >= collectEveryMs) {
      collectedAt = Date.now()
      // One that ended or hangs is found out by the look.
      await Promise.allSettled(processes.map(({ inspectorPort }) => collectGarbage(inspectorPort)))
    }
    const seen = await Promise.all(processes.map(look))
    const taken = seen.filter((sample) => sample !== null)
    for (const sample of taken) {
      samples.get(sample.process)?.push(sample)
      output.write(`${JSON.stringify(sample)}\n`)
    }
    onRound(taken)
  }
  let looking = round()
  const timer = setInterval(() => {
    looking = looking.then(round)
  }, everyMs)
  return {
    samples,
    async stop() {
      clearInterval(timer)
      await looking.then(round)
      await finished(output.end())
    },
  }
}

/** null: it has ended. */
export async function look({ name, pid, port, alive }: Watched): Promise<Sample | null> {
  if (!alive()) return null
  // Before the question, whose answering is no part of the service's work.
  const facts = await readProcess(pid).catch(() => null)
  if (facts === null) return null
  const metrics = await readMetrics(port).catch(() => null)
  return { at: Date.now(), process: name, ...facts, metrics }
}
