import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)
const supportedVersion = '2.2.4'

interface RequestQueue {
  readonly pending: readonly unknown[]
  readonly throttleCheckTimeoutId: NodeJS.Timeout | null
  scheduleCheckPendingRequests(): void
}

/**
 * Mends two faults of kafkajs in the running process, leaving its files alone. A third, its filter of aborted
 * records, is not used at all: see without-aborted.ts. Throws when kafkajs is not the version they were found in.
 */
export function patchKafkajs(version: string = require('kafkajs/package.json').version): void {
  if (version !== supportedVersion) {
    throw new Error(`kafkajs is ${version}; the Kafka driver reaches into its inside and knows only ${supportedVersion}`)
  }
  guardQueueTimer(require('kafkajs/src/network/requestQueue').prototype)
  hastenTransactions(require('kafkajs/src/cluster').prototype)
}

/** With nothing queued the timer's delay is negative: it fires at once and arms itself again, 1,600 times a second and connection. */
function guardQueueTimer(prototype: RequestQueue): void {
  const schedule = prototype.scheduleCheckPendingRequests
  prototype.scheduleCheckPendingRequests = function (this: RequestQueue) {
    if (this.pending.length > 0 && this.throttleCheckTimeoutId === null) schedule.call(this)
  }
}

/** The transaction manager reads `cluster.retry`, which nobody sets, and so waits 300 ms when it opens over an open transaction. */
function hastenTransactions(prototype: { retry?: object }): void {
  prototype.retry = { initialRetryTime: 5, maxRetryTime: 500, multiplier: 2, factor: 0.2, retries: 24 }
}
