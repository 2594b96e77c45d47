import { LeadlineError } from '@leadline/domain'
import type { ChangelogState } from './lane-state.ts'
import type { Completion } from './processor.ts'
import { estimateBytes } from './topic-budget.ts'

/** What a log adds to a record counts too. */
const overheadBytes = 1_024

/** Why the log would refuse the completion for the size of one of its records; undefined when all of them fit. */
export function findTooLarge(completion: Completion, state: ChangelogState, recordBytes: number): LeadlineError | undefined {
  const most = recordBytes - overheadBytes
  for (const record of completion.records) {
    const bytes = estimateBytes(record)
    if (bytes > most) return tooLarge(record.topic, bytes)
  }
  for (const change of completion.state ?? []) {
    // As text it takes six times its length at most; what cannot be too large is not made to be measured.
    if ((change.key.length + change.value.length) * 6 < most) continue
    for (const record of state.records([change])) {
      const bytes = estimateBytes(record)
      if (bytes > most) return tooLarge(record.topic, bytes)
    }
  }
  return undefined
}

function tooLarge(topic: string, bytes: number): LeadlineError {
  return new LeadlineError('RECORD_TOO_LARGE', `the result for ${topic} has ${bytes} bytes`, { fields: { bytes } })
}
