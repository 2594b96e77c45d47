import { randomUUID } from 'node:crypto'
import { feedLeads } from '../acceptance/feed-leads.ts'
import type { NoKafka } from '../kafka/broker.ts'
import { describeBacklog } from './describe-backlog.ts'
import type { Fault, Rerun } from './fault.ts'
import { type Judgement, judge } from './judge.ts'
import { openSite, type Site } from './open-site.ts'
import type { Random } from './random.ts'
import { type Round, runRound, runRounds } from './run-rounds.ts'
import { type CompletionWatch, watchCompletions } from './watch-completions.ts'

export interface ChaosOptions {
  readonly random: Random
  readonly plan: Iterable<readonly Fault[]>
  /** The plan is left at its next round after so long. */
  readonly minutes: number
  /** What cannot be taken back, after everything else. */
  readonly last: readonly (readonly Fault[])[]
  readonly rate: number
  readonly workers: number
  /** KAFKA_TRANSACTIONS of all services. */
  readonly transactions: string
  readonly say: (line: string) => void
}

export interface ChaosResult extends Judgement {
  readonly rounds: readonly Round[]
  readonly accepted: number
  readonly retriedPosts: number
  readonly seconds: number
  readonly violations: readonly string[]
  /** Where the output of the processes is. */
  readonly logs: string
}

const quietWithinMs = 300_000
const mostOpenSeconds = 15

/** Runs the installation under load while everything breaks, heals it, waits until it is quiet, and counts. */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult | NoKafka> {
  const { say } = options
  const { workers, transactions } = options
  const site = await openSite({ workers, transactions, prefix: `chaos-${randomUUID().slice(0, 8)}.` })
  if ('skip' in site) return site
  await using _site = site
  say(`three brokers at ${site.env['KAFKA_BROKERS']}, behind proxies; logs of the processes in ${site.directory}/logs`)
  const watch = await watchCompletions(site.log, site.topics.completed)
  const startedAt = Date.now()
  const stop = new AbortController()
  const feeding = feedLeads({
    url: site.url,
    flow: 'chaos',
    count: Number.POSITIVE_INFINITY,
    concurrency: 64,
    rate: options.rate,
    run: site.prefix,
    signal: stop.signal,
    onAccepted: watch.accepted,
    // After an outage the leads of its time come at once: no more of them than a small machine can do before the next fault.
    hold: () => watch.open.size >= options.rate * mostOpenSeconds,
  })
  const reruns: Rerun[] = []
  const violations: string[] = []
  const rounds = await breakThings(options, { site, watch, reruns, violations })
  stop.abort()
  say('healing, then waiting until nothing is left to do')
  await heal(site).catch((error: unknown) => violations.push(String(error)))
  const { accepted, retriedPosts } = await feeding
  await watch.untilCaughtUp(quietWithinMs).catch(async (error: unknown) => {
    violations.push(`${error}: ${watch.open.size} left`, ...(await describeBacklog(site, watch.open)))
  })
  const seconds = (Date.now() - startedAt) / 1_000
  await watch.close()
  say('counting')
  const judgement = await judge(site, { accepted, reruns })
  const found = [...violations, ...site.incidents, ...judgement.violations]
  return {
    ...judgement,
    rounds,
    retriedPosts,
    seconds,
    accepted: accepted.size,
    violations: found,
    logs: `${site.directory}/logs`,
  }
}

interface Stage {
  readonly site: Site
  readonly watch: CompletionWatch
  readonly reruns: Rerun[]
  readonly violations: string[]
}

async function breakThings({ random, plan, last, minutes, say }: ChaosOptions, stage: Stage): Promise<Round[]> {
  const { site, watch, reruns, violations } = stage
  const context = { site, random, reruns }
  const rounds: Round[] = []
  try {
    await watch.untilFlowing(Date.now(), quietWithinMs)
    say('leads are being completed')
    await runRounds({ plan, context, watch, endAt: Date.now() + minutes * 60_000, say, rounds })
    for (const faults of last) rounds.push(await runRound(faults, { context, watch, say }))
  } catch (error) {
    const cause = error instanceof Error && error.cause !== undefined ? ` (${error.cause})` : ''
    violations.push(`${error}${cause}`)
    say(`VIOLATION ${error}${cause}`)
    for (const line of await describeBacklog(site, watch.open)) say(line)
  }
  return rounds
}

/** Everything runs and every connection works. */
async function heal({ proxies, cluster, gateway, workers, retrier, recorder }: Site): Promise<void> {
  const slots = [gateway, ...workers, retrier, recorder]
  for (const proxy of proxies) proxy.mend()
  for (const node of cluster.nodes) node.signal('SIGCONT')
  await cluster.startAll()
  for (const slot of slots) slot.thaw()
  await Promise.all(slots.map((slot) => slot.start()))
}
