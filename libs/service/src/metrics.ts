import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { createTally } from './tally.ts'

export type Metrics = ReturnType<typeof createMetrics>

const callBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]
const flushBuckets = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5]

/**
 * All metrics of a process. Labels are names from flow files, topics and closed unions, so their number is bounded:
 * never a lead id, a path of a request or a text that came from outside.
 */
export function createMetrics(registry: Registry = new Registry()) {
  const registers = [registry]
  const counter = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Counter({ name: `leadline_${name}`, help, labelNames, registers })
  const tally = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    createTally({ name: `leadline_${name}`, help, labelNames, registers })
  const gauge = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Gauge({ name: `leadline_${name}`, help, labelNames, registers })
  const histogram = <Label extends string>(name: string, help: string, labelNames: readonly Label[], buckets: number[]) =>
    new Histogram({ name: `leadline_${name}`, help, labelNames, buckets, registers })
  return {
    registry,
    accepted: tally('leads_accepted_total', 'Leads that the log holds', ['flow', 'source']),
    refused: counter('leads_refused_total', 'Submissions that were not accepted', ['code']),
    completed: tally('leads_completed_total', 'Leads whose flow ended', ['flow', 'outcome']),
    outcomes: tally('step_outcomes_total', 'Concluded steps', ['flow', 'step', 'outcome']),
    attempts: tally('attempts_total', 'Calls to the outside', ['flow', 'step', 'result']),
    callSeconds: histogram('call_duration_seconds', 'How long calls to the outside took', ['flow', 'step'], callBuckets),
    retries: counter('retries_scheduled_total', 'Attempts parked on a delay tier', ['flow', 'step', 'tier']),
    deadLetters: counter('dead_letters_total', 'Records that went to dead letters', ['reason']),
    inFlight: gauge('in_flight', 'Records being processed now', ['processor']),
    lag: gauge('lag_records', 'Records between the committed position and the end', ['group', 'topic']),
    baseAge: gauge('base_age_seconds', 'Age of the oldest record that is not done', ['group', 'topic']),
    stateEntries: gauge('state_entries', 'Keys that lanes remember', ['group', 'topic']),
    stateBytes: gauge('state_bytes', 'Memory of the keys that lanes remember', ['group', 'topic']),
    lanes: gauge('lanes', 'Partitions owned by this process', ['group', 'topic']),
    flushSeconds: histogram('flush_duration_seconds', 'How long commits of lanes took', ['group', 'topic'], flushBuckets),
    flushedRecords: counter('flushed_records_total', 'Records written by commits of lanes', ['group', 'topic']),
    commitsUnknown: counter('commits_unknown_total', 'Commits whose result had to be looked up', ['group', 'topic', 'resolved']),
    fenced: counter('lanes_fenced_total', 'Lanes taken over by another process', ['group', 'topic']),
    orphaned: counter('orphaned_calls_total', 'Calls whose result was dropped with their lane', ['group', 'topic']),
    workersEnded: counter('workers_ended_total', 'Workers of WORKERS that ended by themselves and were started again', [
      'worker',
    ]),
    pendingLeads: gauge('gateway_pending_leads', 'Leads received and not yet durable', []),
    pendingBytes: gauge('gateway_pending_bytes', 'Bytes of leads received and not yet durable', []),
    requestSeconds: histogram(
      'http_request_duration_seconds',
      'How long requests took',
      ['method', 'route', 'status'],
      callBuckets,
    ),
  }
}

/** Adds the metrics of the Node process itself (memory, event loop, garbage collection). */
export function addProcessMetrics(registry: Registry): void {
  collectDefaultMetrics({ register: registry })
}
