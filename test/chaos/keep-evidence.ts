import { writeFile } from 'node:fs/promises'
import type { CallVerdict } from './explain-calls.ts'
import type { CallEvidence } from './match-calls.ts'

/**
 * Writes down everything that bears on the lanes of unexplained calls and on invented answers, for whoever looks for what dropped them: the brokers are gone
 * when the table is read. The calls named in the table are the latest of their lane; what was not recorded can be earlier.
 */
export async function keepEvidence(file: string, evidence: CallEvidence, { unexplained, invented }: CallVerdict): Promise<void> {
  if (unexplained.length + invented.length === 0) return
  const laneOf = (caller: string, partition: number) => `${caller} ${partition}`
  const lanes = new Set(unexplained.map(({ caller, key }) => laneOf(caller, evidence.partitionOf(key))))
  const calls = evidence.calls.filter(({ caller, key }) => lanes.has(laneOf(caller, evidence.partitionOf(key))))
  const keys = new Set(calls.map(({ key }) => key))
  // Those of other processes too: a former owner's call can have been taken for the attempt.
  const partitions = new Set([...unexplained, ...invented].map(({ key }) => evidence.partitionOf(key)))
  for (const { key } of invented) keys.add(key)
  const kept = {
    unexplained,
    invented,
    calls: evidence.calls.filter(({ key }) => keys.has(key)),
    attempts: evidence.attempts.filter(({ key }) => keys.has(key)),
    orphans: evidence.orphans.filter(({ partition }) => partitions.has(partition)),
    killedAt: Object.fromEntries(evidence.killedAt),
  }
  await writeFile(file, JSON.stringify(kept, undefined, 1))
}
