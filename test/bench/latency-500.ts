import { setTimeout as delay } from 'node:timers/promises'
import { startWorker } from '@leadline/worker'
import type { Bench, BenchResult } from './bench.ts'
import { benchFlow } from './bench-flow.ts'
import { absolute, quantile, round } from './compare.ts'
import { follow } from './follow.ts'
import { type Installation, install, onKafka } from './installation.ts'
import { pace } from './pace.ts'
import { receivedLead } from './received-lead.ts'

const perSecond = 500
const seconds = 20
/** The first seconds compile code and open connections. */
const leftOutSeconds = 5

/**
 * From the moment a lead is accepted (its record is acknowledged) until a read_committed reader has its outcome, minus the call. In between lie
 * two transactions: intake and step. Beside it: the same record appended, and read by the same kind of reader.
 */
export const latency500: Bench = {
  names: ['latency-500', 'latency-500-p99'],
  async run({ brokers, transactions, sink }) {
    await using installation = await install(onKafka({ brokers, transactions }), { flow: benchFlow((await sink(20)).url, 1) })
    const plain = await plainLatencies(installation)
    const ours = await outcomeLatencies(installation)
    const line = (name: string, share: number, goalMs: number): BenchResult => {
      const baseline = round(quantile(plain, share), 1)
      return absolute({ name, unit: 'ms', value: quantile(ours, share), goal: { atMost: goalMs }, baseline })
    }
    return [line('latency-500', 0.5, 60), line('latency-500-p99', 0.99, 250)]
  },
}

interface Latencies {
  /** Of one lead: when it was accepted, when it was read, and what its call took. */
  note(leadId: string, what: { readonly accepted?: number; readonly read?: number; readonly callMs?: number }): void
  values(): number[]
}

function createLatencies(): Latencies {
  const leads = new Map<string, { accepted?: number; read?: number; callMs?: number }>()
  return {
    note: (leadId, what) => void leads.set(leadId, { ...leads.get(leadId), ...what }),
    values: () => {
      const kept = [...leads.values()].slice(perSecond * leftOutSeconds)
      return kept.map(({ accepted = Number.NaN, read = Number.NaN, callMs = 0 }) => read - accepted - callMs)
    },
  }
}

async function outcomeLatencies({ log, codec, topics, flows, events, prefix }: Installation): Promise<number[]> {
  const latencies = createLatencies()
  await using _worker = await startWorker({ flows, log, codec, topics, events, groupPrefix: prefix, inFlight: 512, pools: null })
  await submitAndFollow({
    log,
    topic: topics.outcomes.success,
    submit: async (index) => {
      const { record, leadId } = receivedLead(index, codec, topics.received)
      await log.append([record])
      latencies.note(leadId, { accepted: performance.now() })
    },
    seen: async (value) => {
      const read = performance.now()
      const { leadId, durationMs } = await codec.decode('step-outcome', value)
      latencies.note(leadId, { read, callMs: durationMs })
    },
  })
  return latencies.values()
}

async function plainLatencies({ log, codec, topics }: Installation): Promise<number[]> {
  const latencies = createLatencies()
  await submitAndFollow({
    log,
    topic: topics.completed,
    submit: async (index) => {
      const { record, leadId } = receivedLead(index, codec, topics.completed)
      await log.append([record])
      latencies.note(leadId, { accepted: performance.now() })
    },
    seen: async (value) => {
      const read = performance.now()
      latencies.note((await codec.decode('lead-received', value)).leadId, { read })
    },
  })
  return latencies.values()
}

interface Traffic {
  readonly log: Installation['log']
  readonly topic: string
  readonly submit: (index: number) => Promise<void>
  readonly seen: (value: Buffer) => Promise<void>
}

const patienceMs = 60_000

async function submitAndFollow({ log, topic, submit, seen }: Traffic): Promise<void> {
  const count = perSecond * seconds
  const stop = new AbortController()
  let read = 0
  const following = follow(
    log,
    topic,
    ({ value }) => {
      read++
      void seen(value ?? Buffer.alloc(0))
    },
    stop.signal,
  )
  await pace(perSecond, count, submit)
  const deadline = performance.now() + patienceMs
  while (read < count && performance.now() < deadline) await delay(10)
  stop.abort()
  await following
  if (read < count) throw new Error(`${read} of ${count} leads came out of ${topic} in time`)
}
