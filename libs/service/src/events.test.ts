import { LeadlineError } from '@leadline/domain'
import type { EngineObserver } from '@leadline/engine'
import { beforeEach, describe, expect, it } from 'vitest'
import { createEvents, type ServiceEvents } from './events.ts'
import { createLogger } from './logger.ts'
import { createMetrics, type Metrics } from './metrics.ts'

const lane = { group: 'leadline.step', topic: 'leadline.steps.default', partition: 3 }
const labels = 'group="leadline.step",topic="leadline.steps.default"'
let lines: string[]
let metrics: Metrics
let events: ServiceEvents

beforeEach(() => {
  lines = []
  metrics = createMetrics()
  const logger = createLogger({ logLevel: 'debug' }, 'test', { write: (line) => lines.push(line) })
  events = createEvents({ metrics, logger })
})

describe('business events', () => {
  it('of a step are counted by flow, step and outcome', async () => {
    events.attempted({ flow: 'demo', step: 'sell' }, 'error', 1_200)
    events.stepConcluded({ flow: 'demo', step: 'sell' }, 'failure')
    events.retryScheduled({ flow: 'demo', step: 'sell' }, 4_000)
    events.completed('demo', 'failure')
    const text = await metrics.registry.metrics()
    expect(text).toContain('leadline_attempts_total{flow="demo",step="sell",result="error"} 1')
    expect(text).toContain('leadline_call_duration_seconds_sum{flow="demo",step="sell"} 1.2')
    expect(text).toContain('leadline_step_outcomes_total{flow="demo",step="sell",outcome="failure"} 1')
    expect(text).toContain('leadline_retries_scheduled_total{flow="demo",step="sell",tier="4s"} 1')
    expect(text).toContain('leadline_leads_completed_total{flow="demo",outcome="failure"} 1')
  })

  it('name the lead in the log line, never in a metric', async () => {
    events.accepted('demo', 'web', 'lead-4711')
    events.deadLettered('undecodable', { leadId: 'lead-4711' })
    expect(await metrics.registry.metrics()).not.toContain('lead-4711')
    expect(lines.filter((line) => line.includes('lead-4711'))).toHaveLength(2)
  })
})

describe('what the engine observes', () => {
  it('is told through the same functions', async () => {
    const observer: EngineObserver = events
    observer.laneAssigned(lane)
    observer.flushed(lane, { completions: 10, records: 30, bytes: 9_000, durationMs: 8 })
    observer.commitUnknown(lane, 'repeated')
    observer.fenced(lane)
    observer.orphaned(lane, 7)
    observer.laneReleased(lane, 'lost')
    const text = await metrics.registry.metrics()
    expect(text).toContain(`leadline_flushed_records_total{${labels}} 30`)
    expect(text).toContain(`leadline_commits_unknown_total{${labels},resolved="repeated"} 1`)
    expect(text).toContain(`leadline_lanes_fenced_total{${labels}} 1`)
    expect(text).toContain(`leadline_orphaned_calls_total{${labels}} 7`)
    expect(text).toContain(`leadline_lanes{${labels}} 0`)
  })

  it('names the lane that people have to look at', () => {
    events.laneStopped(lane, new LeadlineError('LOG_FOREIGN_METADATA', 'the metadata is not ours'))
    expect(lines.join()).toContain('"partition":3')
    expect(lines.join()).toContain('LOG_FOREIGN_METADATA')
  })
})
