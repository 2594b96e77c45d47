import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { setTimeout as delay } from 'node:timers/promises'
import { startWorker } from '@leadline/worker'
import { fillWork } from './fill-work.ts'
import type { Installation } from './installation.ts'
import type { Measurement, Stopwatch } from './measure.ts'
import { startProfiledStopwatch } from './profile.ts'
import { withDeadline } from './with-deadline.ts'

/** A worker runs for days; what its first leads cost is the compiler's. Whatever is compared with a worker had as many. */
export const warmUpLeads = 20_000

export interface StepRun {
  /** Leads that wait on the work topic when the worker starts. */
  readonly count: number
  readonly inFlight: number
  /** Steps of the flow. */
  readonly steps: number
  /** Puts the leads on the work topic; done by this process unless told. */
  readonly fill?: (prefix: string) => Promise<void>
}

/**
 * A worker works off leads that wait. Measured from its first call until the commit with the last lead's completion is answered;
 * joining the group comes before. Afterwards the completed leads are counted in the log: each once.
 */
export async function runSteps(installation: Installation, { count, inFlight, steps, fill }: StepRun): Promise<Measurement> {
  const { flows, log, codec, topics, events, prefix } = installation
  await (fill === undefined ? fillWork(installation, count) : fill(prefix))
  const done = Promise.withResolvers<Measurement>()
  let missing = count * steps
  let stopwatch: Stopwatch | undefined
  const firstCall = (): void => {
    stopwatch = startProfiledStopwatch()
    unsubscribe('undici:request:create', firstCall)
  }
  subscribe('undici:request:create', firstCall)
  const flushed: typeof events.flushed = (lane, report) => {
    events.flushed(lane, report)
    missing -= report.completions
    if (missing === 0 && stopwatch !== undefined) done.resolve(stopwatch.stop(count))
  }
  // A failed call would make the run longer and mean nothing: the destination is there to be called.
  const attempted: typeof events.attempted = (step, result, durationMs) => {
    events.attempted(step, result, durationMs)
    if (result === 'error') done.reject(new Error(`a call to the benchmark's destination failed after ${durationMs} ms`))
  }
  await using _worker = await startWorker({
    flows,
    log,
    codec,
    topics,
    events: { ...events, flushed, attempted },
    groupPrefix: prefix,
    inFlight,
    pools: null,
  })
  const measurement = await withDeadline(done.promise, () => `${missing} of ${count * steps} steps are not concluded`)
  await checkCompleted(installation, count)
  return measurement
}

const readableWithinMs = 5_000

/** What is committed can become readable some milliseconds later. */
async function checkCompleted(installation: Installation, count: number): Promise<void> {
  const giveUpAt = Date.now() + readableWithinMs
  for (;;) {
    const { records, leads } = await readCompleted(installation)
    if (records === count && leads === count) return
    if (records >= count || Date.now() > giveUpAt) throw new Error(`${records} completions of ${leads} leads, not ${count}`)
    await delay(50)
  }
}

async function readCompleted({ log, topics, codec }: Installation): Promise<{ records: number; leads: number }> {
  const leads = new Set<string>()
  let records = 0
  for (const { partition, start, end } of await log.ends(topics.completed)) {
    if (start === end) continue
    for await (const batch of log.read({ topic: topics.completed, partition, from: start, to: end })) {
      for (const { value } of batch) leads.add((await codec.decode('lead-completed', value ?? Buffer.alloc(0))).leadId)
      records += batch.length
    }
  }
  return { records, leads: leads.size }
}
