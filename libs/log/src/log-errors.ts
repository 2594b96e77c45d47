import { LeadlineError } from '@leadline/domain'

/** The log has no such topic, or the topic has no such partition: a mistake of configuration, trying again cannot help. */
export function unknownTopic(topic: string, partition?: number): LeadlineError {
  const what = partition === undefined ? `topic ${topic}` : `partition ${partition} of topic ${topic}`
  return new LeadlineError('LOG_MISMATCH', `the log has no ${what}`, {
    fields: { topic, ...(partition !== undefined && { partition }) },
  })
}

/** The log could not do `what` now; some of it may be done all the same. */
export function unavailable(what: string, cause?: unknown): LeadlineError {
  const why = cause instanceof Error ? `: ${cause.message}` : ''
  return new LeadlineError('LOG_UNAVAILABLE', `the log could not ${what}${why}`, { cause })
}

/** The topic takes nothing of what is for it, and will not until somebody alters it. */
export function refusing(topic: string, why: string): LeadlineError {
  return new LeadlineError('LOG_MISMATCH', `topic ${topic} refuses what is written to it: ${why}`, { fields: { topic } })
}

/** Tried for a while, in vain. */
export function unwritable(topic: string, partition: number, why: string): LeadlineError {
  return new LeadlineError('LOG_UNAVAILABLE', `nothing can be written to ${topic}/${partition}: ${why}`, {
    fields: { topic, partition },
  })
}

export function recordTooLarge(topic: string, bytes: number, maxRecordBytes: number): LeadlineError {
  return new LeadlineError('RECORD_TOO_LARGE', `a record of ${bytes} bytes for ${topic} is over its limit of ${maxRecordBytes}`, {
    fields: { topic, bytes, maxRecordBytes },
  })
}
