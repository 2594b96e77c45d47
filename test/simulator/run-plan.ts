import type { Codec } from '@leadline/events'
import type { Timeline } from './kernel/timeline.ts'
import { checkEnd } from './oracle/check-end.ts'
import type { Violation } from './oracle/violation.ts'
import type { Plan } from './plan.ts'
import type { SimulatedProcess } from './run-process.ts'
import { createWorld, type World } from './world.ts'

export interface RunResult {
  readonly violations: readonly Violation[]
  /** How often each kind of fault took place. */
  readonly faults: ReadonlyMap<string, number>
  readonly events: number
  readonly virtualMs: number
  readonly traceHash: string
  readonly traceTail: readonly string[]
}

// Clocks are hours apart, quotas last an hour and outages are waited out for a day; virtual time costs nothing.
const patienceMs = 72 * 3_600_000
const closingPatienceMs = 600_000
const leaveAfterMs = 2_000
const tailLines = 80

/** Runs one plan from the first event to rest and says what was broken. The same plan gives the same result. */
export async function runPlan(plan: Plan, codec: Codec): Promise<RunResult> {
  const world = createWorld(plan, codec)
  const { timeline, trace, violations } = world
  const rejected = (error: unknown): void => world.problem('nobody handled a rejection', error)
  process.on('unhandledRejection', rejected)
  await runPhases(plan, world)
  process.off('unhandledRejection', rejected)
  return {
    violations,
    faults: world.counts,
    events: timeline.events,
    virtualMs: timeline.now(),
    traceHash: trace.hash(),
    traceTail: trace.tail(tailLines),
  }
}

async function runPhases(plan: Plan, world: World): Promise<void> {
  const { timeline, report, tools, cluster, groups, lost } = world
  for (let member = 0; member < plan.members; member++) world.startProcess()
  await timeline.run(plan.healAtMs)
  heal(world)
  if ((await timeline.run(plan.healAtMs + patienceMs)) === 'late')
    report('not drained', `there is still work after ${patienceMs} ms`)
  // Before the processes end: what they hold back until then would come too late.
  if (world.violations.length === 0) checkEnd({ cluster, ...tools, groups, lost, report })
  if (world.violations.length === 0) await closeAll(world)
}

/** All faults end. The processes are replaced, so that no call is stuck for ever. */
function heal({ cluster, partner, faults, processes, startProcess, timeline }: World): void {
  const old = [...processes]
  cluster.network.heal()
  partner.heal()
  faults.stop()
  startProcess()
  timeline.schedule(leaveAfterMs, 'the others leave', () => {
    for (const process of old) leaveWhenAwake(process, timeline)
  })
}

function leaveWhenAwake(process: SimulatedProcess, timeline: Timeline): void {
  if (process.host.state === 'up') void process.close()
  if (process.host.state === 'frozen') timeline.schedule(leaveAfterMs, 'one more leaves', () => leaveWhenAwake(process, timeline))
}

async function closeAll({ processes, timeline, report }: World): Promise<void> {
  const closing = new Set(processes.filter(({ host }) => host.state === 'up'))
  for (const process of closing) void process.close().then(() => closing.delete(process))
  const startedAt = timeline.now()
  await timeline.run(startedAt + closingPatienceMs)
  for (const { host } of closing) report('not drained', `${host.name} did not end`)
}
