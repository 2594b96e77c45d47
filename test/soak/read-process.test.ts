import { createServer } from 'node:http'
import { describe, expect, it } from 'vitest'
import { parseMetrics, toServiceMetrics } from './read-metrics.ts'
import { parseCpuSeconds, parseStatus, readProcess } from './read-process.ts'

describe('what the kernel says of a process', () => {
  it('is read past a name with blanks and brackets', () => {
    const stat = '17 (node (worker) 2) S 1 17 17 0 -1 4194304 100 0 0 0 250 50 9 9 20 0 11 0 1000 1 1'
    expect(parseCpuSeconds(stat)).toBe(3)
  })

  it('holds numbers in the unit that stands there, and is refused when one is missing', () => {
    const status = 'Name:\tnode\nVmRSS:\t  154321 kB\nThreads:\t11\n'
    expect([parseStatus(status, 'VmRSS'), parseStatus(status, 'Threads')]).toEqual([154_321, 11])
    expect(() => parseStatus(status, 'VmHWM')).toThrow('says nothing of VmHWM')
  })

  it.runIf(process.platform === 'linux')('counts this process itself, and a socket that it opens', async () => {
    const before = await readProcess(process.pid)
    const server = createServer()
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
    const after = await readProcess(process.pid)
    server.close()

    expect(after.sockets).toBeGreaterThan(before.sockets)
    expect(after.handles).toBeGreaterThanOrEqual(after.sockets)
    expect(after.rssBytes).toBeGreaterThan(10_000_000)
    expect(after.cpuSeconds).toBeGreaterThan(0)
  })
})

describe('what a service says of itself', () => {
  it('is summed over its lanes, parked attempts apart from work that lags', () => {
    const text = [
      '# TYPE leadline_lag_records gauge',
      'leadline_lag_records{group="p.intake",topic="p.leads.received"} 3',
      'leadline_lag_records{group="p.retrier",topic="p.retry.1s"} 40',
      'leadline_lag_records{group="p.retrier",topic="p.retry.4s"} 2',
      'leadline_base_age_seconds{group="p.intake",topic="p.leads.received"} 1.5',
      'leadline_base_age_seconds{group="p.retrier",topic="p.retry.4s"} 4',
      'leadline_state_entries{group="p.intake",topic="p.leads.received"} 1200',
      'leadline_state_bytes{group="p.intake",topic="p.leads.received"} 144000',
      'leadline_orphaned_calls_total{group="p.step",topic="p.steps.default"} 7',
      'nodejs_eventloop_lag_p99_seconds 0.0125',
      'nodejs_heap_size_used_bytes 5.1e+7',
    ].join('\n')

    expect(toServiceMetrics(parseMetrics(text))).toEqual({
      ...{ lag: 3, parked: 42, baseAgeSeconds: 1.5, stateEntries: 1_200, stateBytes: 144_000, orphans: 7, lanes: 0 },
      ...{ eventLoopP99Ms: 12.5, heapUsedBytes: 51_000_000 },
    })
  })
})
