import { idempotencyKey, type LeadId } from '@leadline/domain'
import { defaultLimits } from '@leadline/engine'
import type { Activity } from '@leadline/events'
import { partitionOf } from '@leadline/log'
import { forEachEvent } from '../acceptance/check-outcomes.ts'
import type { Rerun } from './fault.ts'
import type { CallEvidence, CommittedAttempt, RecordedOrphans } from './match-calls.ts'
import type { Site } from './open-site.ts'
import { orphanLines, readLogLines } from './read-log-lines.ts'

const partitions = 6
const steps = ['check', 'deliver']

/** Leads whose work an operator had done again, by lead id. */
export async function rerunLeads({ log }: Pick<Site, 'log'>, reruns: readonly Rerun[]): Promise<Set<string>> {
  const leads = new Set<string>()
  for (const { topic, partition, from, to } of reruns) {
    for await (const batch of log.read({ topic, partition, from, to })) for (const { key } of batch) leads.add(String(key))
  }
  return leads
}

/** Everything that bears on repeated calls: what the outside saw, what the log holds, what the processes said, who was killed. */
export async function readCallEvidence(
  site: Site,
  accepted: ReadonlySet<string>,
  rerun: ReadonlySet<string>,
): Promise<CallEvidence> {
  const leadOf = new Map<string, string>()
  // Accepted ids come from our own gateway's answers.
  for (const lead of accepted) for (const step of steps) leadOf.set(idempotencyKey('chaos', step, lead as LeadId, 0), lead)
  return {
    calls: site.outside.calls,
    attempts: await readAttempts(site),
    orphans: await readOrphans(site),
    killedAt: new Map(
      site.workers.flatMap(({ lives }) => lives.flatMap(({ name, killedAt }) => (killedAt === null ? [] : [[name, killedAt]]))),
    ),
    partitionOf: (key) => partitionOf(Buffer.from(leadOf.get(key) ?? ''), partitions),
    laneHolds: defaultLimits.laneRecords,
    excused: (key) => rerun.has(leadOf.get(key) ?? ''),
  }
}

async function readAttempts({ log, codec, topics }: Site): Promise<CommittedAttempt[]> {
  const attempts: CommittedAttempt[] = []
  await forEachEvent<Activity>(
    log,
    topics.activity,
    (bytes) => codec.decode('activity', bytes),
    ({ idempotencyKey: key, at, durationMs, outcome, errorCode }) => {
      if (key === null || durationMs === null) return
      // Of the errors only this one is what the outside says: it answers some calls 503.
      const answered = outcome !== 'error' || errorCode === 'DESTINATION_UNAVAILABLE'
      attempts.push({ key, from: at - durationMs, to: at, answered })
    },
  )
  return attempts
}

async function readOrphans({ workers, topics, directory }: Site): Promise<RecordedOrphans[]> {
  const names = workers.flatMap(({ lives }) => lives.map(({ name }) => name))
  const found = names.map(async (caller) => {
    const lines = await readLogLines(`${directory}/logs/${caller}.log`)
    return orphanLines(lines, topics.steps('default')).map(({ time, calls, lane }) => ({
      ...{ caller, calls, partition: lane.partition },
      at: Date.parse(time ?? ''),
    }))
  })
  return (await Promise.all(found)).flat()
}
