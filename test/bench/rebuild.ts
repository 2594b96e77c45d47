import { rebuildStore } from '@leadline/recorder'
import { startWorker } from '@leadline/worker'
import type { Bench } from './bench.ts'
import { benchFlow } from './bench-flow.ts'
import { absolute } from './compare.ts'
import { fill } from './fill.ts'
import { type Installation, install, onKafka } from './installation.ts'
import { receivedLead } from './received-lead.ts'
import { withDeadline } from './with-deadline.ts'

const count = 20_000

/** The event store is made again from the topics: events per second, read, decoded, folded and committed. */
export const rebuild: Bench = {
  names: ['rebuild'],
  async run({ brokers, transactions, sink }) {
    await using installation = await install(onKafka({ brokers, transactions }), { flow: benchFlow((await sink(0)).url, 1) })
    await walkLeads(installation)
    const { records, recordsPerSecond, rebuilt } = await rebuildStore({
      ...installation,
      file: `${installation.directory}/store.db`,
      leftOut: (_, error) => {
        throw error
      },
      elapsedMs: () => performance.now(),
    })
    // Received, attempt, completed.
    if (records !== count * 3 || rebuilt.leads !== count) throw new Error(`${records} events of ${rebuilt.leads} leads`)
    return [absolute({ name: 'rebuild', unit: 'events/s', value: recordsPerSecond, goal: { atLeast: 15_000 } })]
  },
}

async function walkLeads({ log, codec, topics, flows, events, prefix }: Installation): Promise<void> {
  await fill(log, count, (index) => receivedLead(index, codec, topics.received).record)
  const all = Promise.withResolvers<void>()
  let left = count
  const completed: typeof events.completed = (flow, outcome) => {
    events.completed(flow, outcome)
    left--
    if (left === 0) all.resolve()
  }
  await using _worker = await startWorker({
    flows,
    log,
    codec,
    topics,
    events: { ...events, completed },
    groupPrefix: prefix,
    inFlight: 64,
    pools: null,
  })
  // What is decided and not yet committed is committed when the worker ends.
  await withDeadline(all.promise, () => `${left} of ${count} leads are not completed`)
}
