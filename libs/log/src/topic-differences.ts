import { LeadlineError } from '@leadline/domain'
import type { TopicShape } from './log.ts'

/** What is wanted and what is there, one line a difference; empty when the topic is as wanted. */
export function topicDifferences(wanted: TopicShape, found: TopicShape): string[] {
  const lines: string[] = []
  const compare = (what: string, want: string | number | null, got: string | number | null) => {
    if (want !== got) lines.push(`${wanted.name}: ${what} is ${got ?? 'unlimited'}, wanted ${want ?? 'unlimited'}`)
  }
  compare('partitions', wanted.partitions, found.partitions)
  compare('cleanup', wanted.cleanup, found.cleanup)
  // A compacted topic keeps its newest records whatever the retention says.
  if (wanted.cleanup === 'delete') compare('retentionMs', wanted.retentionMs, found.retentionMs)
  compare('maxRecordBytes', wanted.maxRecordBytes, found.maxRecordBytes)
  return lines
}

/** Throws one LOG_MISMATCH with every difference; does nothing when there is none. */
export function refuseDifferences(lines: readonly string[]): void {
  if (lines.length === 0) return
  throw new LeadlineError('LOG_MISMATCH', `topics are not as configured:\n  ${lines.join('\n  ')}`, {
    fields: { differences: lines.length },
  })
}
