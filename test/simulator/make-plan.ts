import type { NetworkFaults } from './broker/network.ts'
import { createRandom, type Random } from './kernel/random.ts'
import type { CallMix, Fault, Plan, PlannedLead } from './plan.ts'

/** The plan of a seed: small and wild. */
export function makePlan(seed: number): Plan {
  const random = createRandom(seed)
  // What came later has chances of its own, so that the rest of a known seed stays as it was.
  const apart = createRandom(seed ^ 0x6a09)
  const readyRecords = createRandom(seed ^ 0x3c6e).pick([1, 3, 256])
  const healAtMs = random.int(5, 150) * 1_000
  const plan: Plan = {
    seed,
    leads: makeLeads(random, healAtMs),
    faults: makeFaults(random, healAtMs),
    network: makeNetwork(random),
    calls: { ...makeCalls(random), pause: createRandom(seed ^ 0xd1f3).pick([0, 0, 0, 0.03]) },
    members: random.int(1, 3),
    transactions: apart.chance(0.5) ? 'group' : 'lanes',
    partitions: random.int(1, 3),
    slowMarkers: apart.pick([0.05, 0.05, 0.4]),
    limits: {
      inFlight: random.pick([1, 2, 8, 64]),
      readyRecords,
      laneRecords: random.pick([2, 5, 20, 200]),
      laneBytes: apart.pick([3_000, 20_000, 32 * 1024 * 1024]),
      flushIntervalMs: random.pick([1, 20, 40]),
      flushCompletions: random.pick([1, 3, 50]),
      drainMs: random.pick([200, 3_000, 10_000]),
    },
    deliverLimits: {
      concurrency: random.pick([null, null, 1, 3]),
      ratePerSecond: random.pick([null, null, 2, 20]),
      quota: random.pick([null, null, null, { max: 8, per: 'hour' }]),
    },
    order: random.pick(['overtake', 'overtake', 'follow']),
    commitBytesPerTopic: random.pick([2_000, 8_000, 60_000]),
    fetchRecords: random.pick([1, 3, 20]),
    healAtMs,
  }
  const faults = [...plan.faults, ...makeLosses(apart, plan)]
  return { ...plan, faults: [...faults, ...makeBehind(createRandom(seed ^ 0x51ed), { ...plan, faults })] }
}

function makeNetwork(random: Random): NetworkFaults {
  const bad = random.pick([0, 0, 0.005, 0.02, 0.08])
  const share = (): number => bad * random.next()
  return {
    lostRequests: share(),
    lostAnswers: share(),
    lateRequests: share(),
    slowRequests: bad === 0 ? random.pick([0, 0, 0.02]) : random.pick([0, 0.01, 0.05]),
  }
}

function makeCalls(random: Random): Omit<CallMix, 'pause'> {
  const share = (most: number): number => (random.chance(0.6) ? random.next() * most : 0)
  return {
    failure: share(0.2),
    stop: share(0.1),
    error: share(0.5),
    refused: share(0.1),
    throws: share(0.1),
    large: share(0.05),
    slow: share(0.2),
    stuck: share(0.1),
  }
}

function makeLeads(random: Random, healAtMs: number): PlannedLead[] {
  const count = random.pick([3, 6, 10, 16, 24])
  const persons = random.pick([1, 3, 30])
  const strange = random.pick([0, 0, 0.1, 0.3])
  const backlogMs = random.pick([0, 0, 60_000, 48 * 3_600_000])
  const burst = random.chance(0.5)
  const leads: PlannedLead[] = []
  for (let lead = 0; lead < count; lead++) {
    const atMs = burst ? random.int(0, 200) : random.int(0, healAtMs)
    const route = random.pick(['submission', 'received', 'received', 'replay'] as const)
    const kinds = ['undecodable', 'null-key', 'empty-key', 'unknown-flow', 'large', 'deadly'] as const
    const kind = random.chance(strange) ? random.pick(kinds.slice(0, random.chance(0.1) ? 6 : 5)) : 'fine'
    const flow = random.pick(['one', 'two', 'three'] as const)
    const ageMs = route === 'received' ? Math.round((backlogMs * (count - lead)) / count) : 0
    // Without its key a lead may be in another partition than its duplicates: it has none.
    const person = kind === 'null-key' || kind === 'empty-key' ? 1_000 + lead : random.int(1, persons)
    leads.push({ atMs, flow, route, lead, person, generation: route === 'replay' ? 1 : 0, ageMs, kind })
  }
  return [...leads, ...again(random, leads)].sort((a, b) => a.atMs - b.atMs)
}

/** Some leads come again: repeated submissions, and replays one after the other. */
function again(random: Random, leads: readonly PlannedLead[]): PlannedLead[] {
  const share = random.pick([0, 0.1, 0.4])
  return leads
    .filter(({ kind }) => (kind === 'fine' || kind === 'large') && random.chance(share))
    .flatMap((lead) =>
      Array.from({ length: random.int(1, 4) }, (_, i) => ({
        ...lead,
        atMs: lead.atMs + random.int(0, 3_000),
        generation: lead.route === 'replay' ? lead.generation + 1 + i : 0,
      })),
    )
}

function makeFaults(random: Random, healAtMs: number): Fault[] {
  const count = random.pick([0, 1, 2, 4, 8])
  const events = random.pick([200, 600, 1_500])
  return Array.from({ length: count }, () => makeFault(random, { event: random.int(1, events), atMs: random.int(0, healAtMs) }))
}

/** Not where leads follow each other: behind one that is gone the others wait for thirty days. */
function makeLosses(random: Random, { order, healAtMs }: Pick<Plan, 'order' | 'healAtMs'>): Fault[] {
  return order === 'overtake' && random.chance(0.1) ? [{ type: 'loss', atMs: random.int(0, healAtMs) }] : []
}

/** Where nothing that was written goes away before it was looked for: a driver that is told of an old position looks for its records. */
function makeBehind(
  random: Random,
  { transactions, faults, healAtMs }: Pick<Plan, 'transactions' | 'faults' | 'healAtMs'>,
): Fault[] {
  const keeps = faults.every(({ type }) => type !== 'retention' && type !== 'loss' && type !== 'compaction')
  if (transactions !== 'group' || !keeps || !random.chance(0.4)) return []
  return [{ type: 'behind', atMs: random.int(0, healAtMs), forMs: random.pick([3_000, 30_000, 200_000]) }]
}

function makeFault(random: Random, { event, atMs }: { event: number; atMs: number }): Fault {
  const backAfterMs = random.pick([10, 1_000, 20_000])
  const forMs = random.pick([100, 3_000, 15_000, 120_000])
  switch (random.pick(faultTypes)) {
    case 'crash':
      return { type: 'crash', event, backAfterMs }
    case 'freeze':
      return { type: 'freeze', event, forMs }
    case 'cut-off':
      return { type: 'cut-off', event, forMs }
    case 'leave':
      return { type: 'leave', event, backAfterMs }
    case 'clock':
      return { type: 'clock', event, byMs: random.pick([-3_600_000, -5_000, 5_000, 3_600_000]) }
    case 'join':
      return { type: 'join', atMs }
    case 'away':
      return {
        type: 'away',
        atMs,
        forMs: random.int(100, 30_000),
        what: random.pick(['transactions', 'groups', 'brokers', 'all']),
      }
    case 'retention':
      return { type: 'retention', atMs }
    case 'compaction':
      return { type: 'compaction', atMs }
    case 'gap':
      return { type: 'gap', atMs, topic: random.int(0, 20), offsets: random.pick([1, 700, 30_000, 250_000]) }
  }
}

/** All but those that came later. */
const faultTypes: readonly Exclude<Fault['type'], 'loss' | 'behind'>[] = [
  'crash',
  'crash',
  'crash',
  'freeze',
  'freeze',
  'cut-off',
  'leave',
  'clock',
  'join',
  'away',
  'retention',
  'compaction',
  'gap',
]
