import { EventEmitter } from 'node:events'
import { LeadlineError } from '@leadline/domain'
import { describe, expect, it } from 'vitest'
import { runService } from './lifecycle.ts'

describe('a service', () => {
  it('disposes what it started when it is told to end, and has no exit code of its own', async () => {
    const host = fakeHost()
    const started = Promise.withResolvers<void>()
    let disposed = 0
    const run = runService(
      'gateway',
      async () => {
        started.resolve()
        return disposable(() => {
          disposed += 1
        })
      },
      host,
    )
    await started.promise
    host.emit('SIGTERM')
    await run
    expect([disposed, host.exitCode, host.written]).toEqual([1, undefined, ''])
  })

  it('leaves a second signal to its default effect: the process ends at once', async () => {
    const host = fakeHost()
    const started = Promise.withResolvers<void>()
    const draining = Promise.withResolvers<void>()
    const run = runService(
      'gateway',
      async () => {
        started.resolve()
        return { [Symbol.asyncDispose]: () => draining.promise }
      },
      host,
    )
    await started.promise
    host.emit('SIGINT')
    expect([host.listenerCount('SIGINT'), host.listenerCount('SIGTERM')]).toEqual([0, 0])
    draining.resolve()
    await run
  })

  it('that cannot start prints one line with the code and fails', async () => {
    const host = fakeHost()
    const start = () => Promise.reject(new LeadlineError('LOG_MISMATCH', 'topic a has 3 partitions, not 6'))
    await runService('worker', start, host)
    expect([host.written, host.exitCode]).toEqual(['worker stopped: topic a has 3 partitions, not 6 [LOG_MISMATCH]\n', 1])
  })

  it('with a wrong variable says so without starting', async () => {
    const host = fakeHost({ PORT: 'many' })
    await runService('gateway', () => Promise.reject(new Error('was started')), host)
    expect(host.written).toBe('gateway stopped: PORT must be a whole number from 0 to 65535 [CONFIGURATION]\n')
  })

  it('told to end while it still starts gives up without a failure', async () => {
    const host = fakeHost()
    const run = runService('gateway', (context) => aborted(context.signal), host)
    host.emit('SIGTERM')
    await run
    expect([host.exitCode, host.written]).toEqual([undefined, ''])
  })

  it('that fails while it drains says so', async () => {
    const host = fakeHost()
    const started = Promise.withResolvers<void>()
    const start = async () => {
      started.resolve()
      return disposable(() => {
        throw new LeadlineError('LOG_UNAVAILABLE', 'the log is gone')
      })
    }
    const run = runService('worker', start, host)
    await started.promise
    host.emit('SIGTERM')
    await run
    expect([host.written, host.exitCode]).toEqual(['worker stopped: the log is gone [LOG_UNAVAILABLE]\n', 1])
  })
})

function fakeHost(env: NodeJS.ProcessEnv = {}) {
  const host = Object.assign(new EventEmitter(), {
    env: { LOG_LEVEL: 'silent', ...env },
    exitCode: undefined,
    written: '',
    stderr: {
      write: (text: string) => {
        host.written += text
      },
    },
  })
  return host
}

function disposable(dispose: () => void): AsyncDisposable {
  return { [Symbol.asyncDispose]: async () => dispose() }
}

function aborted(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>()
  signal.addEventListener('abort', () => reject(signal.reason))
  return promise
}
