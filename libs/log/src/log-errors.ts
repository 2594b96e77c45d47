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

export function recordTooLarge(topic: string, bytes: number, maxRecordBytes: number): LeadlineError {
  return new LeadlineError('RECORD_TOO_LARGE', `a record of ${bytes} bytes for ${topic} is over its limit of ${maxRecordBytes}`, {
    fields: { topic, bytes, maxRecordBytes },
  })
}
