import { LeadlineError } from '@leadline/domain'
import type { Log } from '@leadline/log'
import { type Cluster, createCluster } from '../broker/cluster.ts'
import { type Network, noNetworkFaults, type Request } from '../broker/network.ts'
import { openModelledLog } from '../driver/log.ts'
import { createHost, type Host } from '../kernel/host.ts'
import { createRandom } from '../kernel/random.ts'
import { createTimeline, type Timeline } from '../kernel/timeline.ts'
import { createTrace } from '../kernel/trace.ts'
import type { BrokerHarness } from './scenarios.ts'

const limits = { metadataLength: 4_096, recordBytes: 4_194_304, commitBytesPerTopic: 4_194_304 }
// Longer than a session; what lies further ahead than that (drains, transactions that nobody ends) happens to nobody here.
const horizonMs = 12_000

type Fate = 'kept' | 'dropped'

/** The modelled log for tests that know nothing of virtual time: it passes by itself, from event to event. */
export async function openModelledHarness(transactions: 'lanes' | 'group'): Promise<BrokerHarness> {
  const random = createRandom(1)
  const problems: unknown[] = []
  const timeline = createTimeline(createTrace(), (error) => problems.push(error))
  const losing = losingNetwork()
  const created = createCluster({
    timeline,
    random,
    faults: noNetworkFaults,
    witness: { assigned: () => {}, committing: () => {}, decided: () => {} },
    epochMs: Date.now(),
    metadataLength: limits.metadataLength,
    slowMarkers: 0.05,
    fetchRecords: 3,
    count: () => {},
    problem: (_, error) => problems.push(error),
  })
  const cluster: Cluster = { ...created, network: losing.around(created.network) }
  const passing = letTimePass(timeline)
  let hosts = 0

  function newProcess(): { host: Host; log: Log } {
    const host = createHost({ name: `p${hosts++}`, timeline, random, beforeEvent: () => {} })
    return { host, log: openModelledLog({ host, cluster, transactions }, limits) }
  }

  return {
    open: async () => newProcess().log,
    openApart: async () => newProcess().log,
    severalProcesses: true,
    loseNextCommit: losing.loseNext,
    openCutOff: async () => {
      const { host, log } = newProcess()
      let mend = (): void => {}
      return {
        log,
        cut: () => {
          mend = host.cutFromGroups(Number.MAX_SAFE_INTEGER)
        },
        mend: () => mend(),
      }
    },
    [Symbol.asyncDispose]: async () => {
      await passing.stop()
      if (problems.length > 0) throw new AggregateError(problems, 'the model was in trouble')
    },
  }
}

function letTimePass(timeline: Timeline): { stop(): Promise<void> } {
  let stopped = false
  const passing = (async () => {
    while (!stopped) {
      await timeline.run(timeline.now() + horizonMs)
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
  })()
  return {
    stop: () => {
      stopped = true
      return passing
    },
  }
}

/** A network that can lose the end of the next transaction, or the answer to it. */
function losingNetwork(): { loseNext(fate: Fate): void; around(network: Network): Network } {
  let next: Fate | undefined
  const lost = (what: string): LeadlineError => new LeadlineError('LOG_UNAVAILABLE', `${what}: cut`)

  async function lose<T>(network: Network, request: Request<T>, fate: Fate): Promise<T> {
    if (fate === 'kept') await network.call(request)
    throw lost(request.what)
  }

  return {
    loseNext: (fate) => {
      next = fate
    },
    around: (network) => ({
      ...network,
      call: (request) => {
        if (next === undefined || !request.what.startsWith('end ')) return network.call(request)
        const fate = next
        next = undefined
        return lose(network, request, fate)
      },
    }),
  }
}
