import { EventEmitter } from 'node:events'
import { runService } from '@leadline/service'
import { expect, it } from 'vitest'
import { superviseWorkers } from './supervise-workers.ts'

/** What the start of several workers says that cannot be. */
async function refusal(env: Record<string, string>): Promise<string> {
  const written: string[] = []
  const host = Object.assign(new EventEmitter(), {
    env: { LOG_LEVEL: 'silent', WORKERS: '2', ...env },
    stderr: { write: (text: string) => written.push(text) },
  })
  await runService('worker', (context) => superviseWorkers(context, 'no-such-script.ts'), host)
  return written.join('')
}

it('several workers need Kafka: the embedded log serves one process', async () => {
  expect(await refusal({})).toBe(
    'worker stopped: WORKERS beyond 1 needs KAFKA_BROKERS: the embedded log serves one process [CONFIGURATION]\n',
  )
})

it('several workers need as many ports above that of the health checks', async () => {
  const said = await refusal({ KAFKA_BROKERS: '127.0.0.1:1', HEALTH_PORT: '65534' })
  expect(said).toBe('worker stopped: HEALTH_PORT leaves no ports for 2 workers (WORKERS) above it [CONFIGURATION]\n')
})

it('a flow file that cannot be read stops the start instead of every worker, again and again', async () => {
  const said = await refusal({ KAFKA_BROKERS: '127.0.0.1:1', LEADLINE_FLOWS: '/no/such/directory' })
  expect(said).toContain('worker stopped: ')
  expect(said).toContain('/no/such/directory')
})
