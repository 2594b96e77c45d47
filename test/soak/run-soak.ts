import { setTimeout as delay } from 'node:timers/promises'
import { checkOutcomes, type Verdict } from '../acceptance/check-outcomes.ts'
import { feedLeads, sampleLead } from '../acceptance/feed-leads.ts'
import { watchCompletions } from '../chaos/watch-completions.ts'
import type { NoKafka } from '../kafka/broker.ts'
import { judgeProcess, type ProcessReport, type RestReport, restOf } from './judge-process.ts'
import { openServices, type Services } from './open-services.ts'
import { look, type Sample, startSampler } from './sample.ts'

export interface SoakOptions {
  readonly minutes: number
  readonly sampleEveryMs: number
  /** Leads per second; null: none at all. */
  readonly rate: number | null
  /** KAFKA_TRANSACTIONS of all services. */
  readonly transactions: string
  readonly say: (line: string) => void
  /** Ends the run early; what is there is judged. */
  readonly signal: AbortSignal
}

export interface LeadReport {
  readonly accepted: number
  readonly retriedPosts: number
  readonly verdict: Verdict
  readonly calls: ReturnType<Services['partner']['stats']>
}

export interface SoakReport {
  readonly processes: readonly ProcessReport[]
  /** Each process before the first lead and after the last one; without a load none. */
  readonly rest: readonly RestReport[]
  /** null: without a load. */
  readonly leads: LeadReport | null
  readonly minutes: number
  /** Processes that ended by themselves. */
  readonly ended: readonly string[]
  readonly samplesFile: string
}

const caughtUpWithinMs = 180_000
const posters = 16
/** Lanes are assigned by then; and connections that the partner would keep for thirty seconds are closed. */
const restMs = 40_000
const collectEveryMs = 60_000

/** Runs the services for a time, under a steady load or none, and looks at them all the while. */
export async function runSoak(options: SoakOptions): Promise<SoakReport | NoKafka> {
  const { say } = options
  const ended: string[] = []
  const stop = new AbortController()
  const services = await openServices(options.transactions, (name) => {
    ended.push(name)
    say(`${name} ended by itself`)
    stop.abort()
  })
  if ('skip' in services) return services
  await using _services = services
  const samplesFile = `${services.directory}/samples.jsonl`
  say(`broker ${services.brokers}, topics ${services.prefix}*, logs in ${services.directory}/logs, samples in ${samplesFile}`)
  const before = options.rate === null ? [] : await atRest(services)
  const startedAt = Date.now()
  const sampler = startSampler({
    processes: services.processes,
    everyMs: options.sampleEveryMs,
    collectEveryMs,
    file: samplesFile,
    onRound: tellNowAndThen(options, startedAt),
  })
  const timeIsUp = AbortSignal.any([stop.signal, options.signal, AbortSignal.timeout(options.minutes * 60_000)])
  const load =
    options.rate === null ? null : await startLoad(services, options.rate, { signal: timeIsUp, onFailure: () => stop.abort() })
  await aborted(timeIsUp)
  await sampler.stop()
  const minutes = (Date.now() - startedAt) / 60_000
  const processes = [...sampler.samples].map(([name, samples]) => judgeProcess(name, samples))
  const report = { processes, minutes, ended, samplesFile }
  if (load === null) return { ...report, leads: null, rest: [] }
  const leads = await load.settle()
  // Who ended it early does not wait for the rest.
  const rest = timeIsUp.reason instanceof DOMException && timeIsUp.reason.name === 'TimeoutError'
  return { ...report, leads, rest: rest ? restOf(before, await atRest(services)) : [] }
}

async function atRest({ processes }: Services): Promise<Sample[]> {
  await delay(restMs)
  return (await Promise.all(processes.map(look))).filter((sample) => sample !== null)
}

/** Posts leads until it is told to stop; `settle` waits until all are completed, and counts what the topics hold. */
async function startLoad(
  services: Services,
  rate: number,
  { signal, onFailure }: { signal: AbortSignal; onFailure: () => void },
): Promise<{ settle(): Promise<LeadReport> }> {
  const { log, codec, topics, prefix, url, partner } = services
  const watch = await watchCompletions(log, topics.completed)
  const feeding = feedLeads({
    ...{ url, rate, signal, flow: 'soak', run: prefix, concurrency: posters, count: Number.POSITIVE_INFINITY },
    lead: soakLead,
    onAccepted: watch.accepted,
  })
  // `settle` tells of it; the run must not go on without a load.
  feeding.catch(onFailure)
  return {
    async settle() {
      const { accepted, retriedPosts } = await feeding
      // What is still open is in the report, and the verdict names it.
      await watch.untilCaughtUp(caughtUpWithinMs).catch(() => undefined)
      await watch.close()
      const verdict = await checkOutcomes(log, codec, prefix, accepted)
      return { accepted: accepted.size, retriedPosts, verdict, calls: partner.stats() }
    },
  }
}

/** The partner goes by the last two digits of the phone: 14 of a hundred are answered no, the others yes. */
function soakLead(index: number): object {
  const digits = index % 100 < 14 ? 62 + (index % 100) : 20 + (index % 40)
  return { ...sampleLead(index), phone: `51255501${digits}` }
}

function tellNowAndThen({ say, minutes }: SoakOptions, startedAt: number): (round: readonly Sample[]) => void {
  const everyMs = Math.max(60_000, (minutes * 60_000) / 60)
  let [toldAt, before] = [startedAt, new Map<string, Sample>()]
  return (round) => {
    if (before.size > 0 && Date.now() - toldAt < everyMs) return
    const told = round.map((sample) => describeSample(sample, before.get(sample.process)))
    if (before.size > 0) say(told.join(', '))
    toldAt = Date.now()
    before = new Map(round.map((sample) => [sample.process, sample]))
  }
}

function describeSample({ process, at, cpuSeconds, rssBytes }: Sample, before: Sample | undefined): string {
  const share = before === undefined ? 0 : (cpuSeconds - before.cpuSeconds) / ((at - before.at) / 1_000)
  return `${process} ${(share * 100).toFixed(1)} % ${(rssBytes / 1_048_576).toFixed(0)} MiB`
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
