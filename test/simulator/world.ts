import { createDestinations } from '@leadline/destinations'
import { defaultLimits, systemClock } from '@leadline/engine'
import { type Codec, topicNames, topicSpecs } from '@leadline/events'
import type { LogRecord } from '@leadline/log'
import { type Cluster, createCluster } from './broker/cluster.ts'
import { type Faults, injectFaults } from './inject-faults.ts'
import { createHost, epochMs, type Host } from './kernel/host.ts'
import { createRandom } from './kernel/random.ts'
import { createTimeline, type Timeline } from './kernel/timeline.ts'
import { createTrace, type Trace } from './kernel/trace.ts'
import { checkCaps } from './oracle/check-caps.ts'
import { createOwnership } from './oracle/ownership.ts'
import type { Report, Violation } from './oracle/violation.ts'
import { watchCommits } from './oracle/watch-commits.ts'
import { createOrigins } from './oracle/watch-processor.ts'
import { simulatedFlows } from './outside/flows.ts'
import { inputRecord, type LeadTools } from './outside/leads.ts'
import { createPartner, type Partner } from './outside/partner.ts'
import type { Fault, Plan } from './plan.ts'
import { groupPrefix, processorsOf, type SimulatedProcess, startProcess } from './run-process.ts'

/** Everything of one run: the log, the outside, the processes, and who looks at them. */
export interface World {
  readonly timeline: Timeline
  readonly trace: Trace
  readonly cluster: Cluster
  readonly partner: Partner
  readonly faults: Faults
  readonly tools: LeadTools
  /** Groups with the topics they work on. */
  readonly groups: ReadonlyMap<string, readonly string[]>
  /** Records that retention took before they were done; who had them already may have done them all the same. */
  readonly lost: readonly LogRecord[]
  readonly processes: readonly SimulatedProcess[]
  readonly violations: readonly Violation[]
  readonly counts: ReadonlyMap<string, number>
  readonly report: Report
  startProcess(): void
  problem(what: string, error: unknown): void
}

const maxRecordBytes = 65_536
const metadataLength = 4_096
/** Events of processes between two looks at what their lanes hold: each would take longer than the rest. */
const looksApart = 7
/** Headers and framing are part of a record's bytes. */
const recordBytes = maxRecordBytes - 4_096

export function createWorld(plan: Plan, codec: Codec): World {
  const random = createRandom(plan.seed ^ 0x5eed)
  const trace = createTrace()
  const { violations, counts, count, report, problem } = openJudgement(trace, () => timeline)
  const timeline = createTimeline(trace, (error) => problem('an event threw', error))
  const topics = topicNames('s.')
  const tools = { flows: simulatedFlows(plan, () => Promise.reject(new Error('no calls here'))), codec, topics }
  const groups = groupsOf(tools)
  const origins = createOrigins()
  const ownership = createOwnership(timeline.now, report)
  const logLimits = { metadataLength, recordBytes, commitBytesPerTopic: plan.commitBytesPerTopic }
  const commits = watchCommits({
    cluster: () => cluster,
    origins,
    ownership,
    limits: { ...logLimits, recordBytes: maxRecordBytes },
    report,
  })
  const cluster: Cluster = createCluster({
    timeline,
    random,
    faults: plan.network,
    witness: commits,
    epochMs,
    fetchRecords: plan.fetchRecords,
    count,
    problem,
    metadataLength,
    slowMarkers: plan.slowMarkers,
  })
  ensureTopics(cluster, plan.partitions)

  const caps = { limits: { ...defaultLimits, ...plan.limits }, recordBytes: maxRecordBytes }
  const processes: SimulatedProcess[] = []
  let looks = 0
  const start = (): void => {
    const beforeEvent = (host: Host): void => {
      if (++looks % looksApart === 0) checkCaps(processes.find((process) => process.host === host)?.lanes() ?? [], caps, report)
      faults.beforeEvent(host)
    }
    const host = createHost({ name: `p${processes.length}`, timeline, random, beforeEvent })
    const flows = simulatedFlows(plan, (call) => partner.call(host, call))
    processes.push(
      startProcess({
        host,
        cluster,
        transactions: plan.transactions,
        flows,
        codec,
        topics,
        logLimits,
        limits: plan.limits,
        origins,
        ownership,
        openBefore: commits.openBefore,
        calm: isCalm(plan),
        report,
        count,
        problem,
      }),
    )
  }
  const crash = (host: Host, backAfterMs: number): void => {
    if (host.state === 'dead') return
    host.crash()
    timeline.schedule(backAfterMs, 'process comes back', start)
  }
  const leave = (host: Host, backAfterMs: number): void => {
    processes.find((process) => process.host === host)?.close()
    timeline.schedule(backAfterMs, 'process comes back', start)
  }
  const partner = createPartner({ random, mix: plan.calls, count, crash })
  const lost: LogRecord[] = []
  const losing = { received: topics.received, lost: (record: LogRecord) => void lost.push(record) }
  const faults = injectFaults({ faults: plan.faults, timeline, cluster, groups, ...losing, count, start, crash, leave })
  scheduleInput(plan, { timeline, cluster, tools })
  return {
    timeline,
    trace,
    cluster,
    partner,
    faults,
    tools,
    groups,
    lost,
    processes,
    violations,
    counts,
    report,
    problem,
    startProcess: start,
  }
}

/** Nothing happens that could keep a process from committing what it has finished. */
function isCalm({ faults, network, limits, slowMarkers }: Plan): boolean {
  const harmless: readonly Fault['type'][] = ['leave', 'join', 'clock', 'retention', 'compaction', 'gap']
  // Shorter drains can end before the markers are written of the commits before: of one, or of some that follow each other when many are slow.
  const patient = (limits.drainMs ?? 0) >= (slowMarkers > 0.1 ? 10_000 : 3_000)
  return patient && faults.every(({ type }) => harmless.includes(type)) && Object.values(network).every((share) => share === 0)
}

function openJudgement(trace: Trace, timeline: () => Timeline) {
  const violations: Violation[] = []
  const counts = new Map<string, number>()
  const report: Report = (kind, what) => {
    trace.note(timeline().now(), `VIOLATION ${kind}: ${what}`)
    violations.push({ kind, what })
    timeline().stop()
  }
  return {
    violations,
    counts,
    report,
    count: (fault: string): void => void counts.set(fault, (counts.get(fault) ?? 0) + 1),
    problem: (what: string, error: unknown): void =>
      report('unexpected error', `${what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`),
  }
}

function groupsOf(tools: LeadTools): Map<string, readonly string[]> {
  const destinations = createDestinations({ limits: new Map(), clock: systemClock })
  const processors = processorsOf({ ...tools, destinations, now: () => 0 })
  return new Map(processors.map(({ name, topics }) => [groupPrefix + name, topics]))
}

function ensureTopics(cluster: Cluster, partitions: number): void {
  const shapes = topicSpecs({ prefix: 's.', pools: ['default'], partitions })
  cluster.ensureTopics(shapes.map((shape) => ({ ...shape, maxRecordBytes })))
}

function scheduleInput(
  plan: Plan,
  { timeline, cluster, tools }: { timeline: Timeline; cluster: Cluster; tools: LeadTools },
): void {
  for (const lead of plan.leads) {
    timeline.schedule(lead.atMs, `input ${lead.lead}`, () => {
      for (const { partition, sent } of cluster.place([inputRecord(lead, tools)])) partition.append(sent, null, cluster.now())
    })
  }
}
