import type { logCreator } from 'kafkajs'
import type { LogListener } from '../log-listener.ts'

const errorLevel = 1
const warnLevel = 2

/** What kafkajs calls errors though they are the protocol at work, or are reported by us in the terms of the caller. */
const expected = [
  /concurrent/i,
  /rebalanc/i,
  /coordinator/i,
  /Connection (error|timeout)/,
  /Closed connection/,
  /seed broker/,
  /epoch/i,
  /transaction/i,
  /member/i,
  /topic-partition/,
  /this client was closed/,
  /Offset out of range/i,
  /no leader|not the leader/i,
  /Failed to send messages/,
  /disconnected/,
  /authorization failed/i,
  /authentication failed/i,
]

/** kafkajs' own log, passed on as debug unless it is something nobody expects. */
export function kafkajsLog(listener: LogListener): logCreator {
  return () => (entry) => {
    const { message, timestamp: _timestamp, logger: _logger, ...fields } = entry.log
    const alarming =
      (entry.level === errorLevel || entry.level === warnLevel) && !expected.some((pattern) => isAbout(pattern, entry.log))
    listener(alarming ? 'warn' : 'debug', `kafkajs: ${message}`, { ...fields, namespace: entry.namespace })
  }
}

function isAbout(pattern: RegExp, log: { readonly message: string; readonly [field: string]: unknown }): boolean {
  const error = log['error']
  return pattern.test(log.message) || (typeof error === 'string' && pattern.test(error))
}
