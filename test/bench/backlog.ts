import type { Bench } from './bench.ts'
import { benchFlow } from './bench-flow.ts'
import { absolute, compare, megabytes } from './compare.ts'
import { install, onKafka } from './installation.ts'
import { type Measurement, type MemoryParts, memoryParts } from './measure.ts'
import { runSteps, warmUpLeads } from './run-steps.ts'
import { fillWorkApart } from './start-filler.ts'

const small = 10_000
const large = 100_000
const full = 1_000_000

/** A large backlog is worked off as fast as a small one, in the same memory. */
export const backlog: Bench = {
  names: ['backlog', 'backlog-rss'],
  async run(tools) {
    const { url } = await tools.sink(20)
    const count = tools.full ? full : large
    tools.note(`backlog of ${count} leads${tools.full ? '' : ' (a million with --full)'}`)
    const speed = async (leads: number): Promise<Measurement> => {
      await using installation = await install(onKafka(tools), { flow: benchFlow(url, 1) })
      const fill = (prefix: string): Promise<void> => fillWorkApart({ brokers: tools.brokers, prefix, count: leads })
      return await runSteps(installation, { count: leads, inFlight: 512, steps: 1, fill })
    }
    tools.note(`memory before the first lead: ${describeParts(memoryParts())}`)
    await speed(warmUpLeads)
    // Before and after: the machine may have become slower or faster during the long one.
    const before = await speed(small)
    const long = await speed(count)
    const after = await speed(small)
    const baselines = [(before.perSecond + after.perSecond) / 2]
    // Not beside `after`: a process keeps memory that it once had.
    tools.note(`at its peak with ${small} leads: ${describeParts(before.peak)}`)
    tools.note(`at its peak with ${count} leads: ${describeParts(long.peak)}`)
    const [smallRss, largeRss] = [megabytes(before.peak.rss), megabytes(long.peak.rss)]
    return [
      compare({ name: 'backlog', unit: 'leads/s', values: [long.perSecond], baselines, goal: { atLeast: 0.9 } }),
      absolute({ name: 'backlog-rss', unit: 'MB', value: largeRss, baseline: smallRss, goal: { atMost: 400 } }),
    ]
  },
}

function describeParts({ rss, youngHeap, oldHeap, buffers }: MemoryParts): string {
  const rest = rss - youngHeap - oldHeap - buffers
  const parts = { 'young heap': youngHeap, 'old heap': oldHeap, buffers, 'Node and its allocators': rest }
  return `${megabytes(rss)} MB: ${Object.entries(parts)
    .map(([name, bytes]) => `${name} ${megabytes(bytes)}`)
    .join(', ')}`
}
