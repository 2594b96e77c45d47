import type { EngineLimits, LaneReport } from '@leadline/engine'
import type { Report } from './violation.ts'

export interface Caps {
  readonly limits: Pick<EngineLimits, 'laneRecords' | 'laneBytes'>
  /** Of one record: what is under way when a limit is reached comes on top of it. */
  readonly recordBytes: number
}

/** What lanes hold stays under the limits they were given. */
export function checkCaps(lanes: readonly LaneReport[], { limits, recordBytes }: Caps, report: Report): void {
  for (const { group, topic, partition, undone, undoneBytes } of lanes) {
    const where = `${group} on ${topic}/${partition}`
    if (undone > limits.laneRecords) report('over a limit', `${where}: ${undone} records of ${limits.laneRecords}`)
    if (undoneBytes > limits.laneBytes + recordBytes)
      report('over a limit', `${where}: ${undoneBytes} bytes of ${limits.laneBytes}`)
  }
}
