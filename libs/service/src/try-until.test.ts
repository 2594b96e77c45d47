import { LeadlineError } from '@leadline/domain'
import { describe, expect, it, onTestFinished } from 'vitest'
import { tryUntilAvailable, unlessAborted } from './try-until.ts'

const away = () => Promise.reject(new LeadlineError('LOG_UNAVAILABLE', 'no broker answers'))
const signal = () => new AbortController().signal

describe('waiting for the log', () => {
  it('tries again with growing delays up to the longest, and tells of each failure', async () => {
    const delays: number[] = []
    const act = () => (delays.length < 5 ? away() : Promise.resolve('open'))
    const onFailure = (_error: LeadlineError, retryInMs: number) => delays.push(retryInMs)
    const result = await tryUntilAvailable(act, { onFailure, signal: signal(), baseDelayMs: 1, maxDelayMs: 5 })
    expect(result).toBe('open')
    expect(delays).toEqual([1, 2, 4, 5, 5])
  })

  it('gives up at once when waiting cannot help', async () => {
    const act = () => Promise.reject(new LeadlineError('LOG_MISMATCH', 'topic a has 3 partitions, not 6'))
    const attempts = { onFailure: () => expect.unreachable(), signal: signal() }
    await expect(tryUntilAvailable(act, attempts)).rejects.toMatchObject({ code: 'LOG_MISMATCH' })
  })

  it('ends in the middle of a delay when the process must end', async () => {
    const ending = new AbortController()
    const attempts = { onFailure: () => ending.abort(), signal: ending.signal, baseDelayMs: 60_000, maxDelayMs: 60_000 }
    await expect(tryUntilAvailable(away, attempts)).rejects.toMatchObject({ name: 'AbortError' })
  })
})

describe('what is not waited for any more', () => {
  it('may fail later without anybody to hear of it, also when the end was told before the beginning', async () => {
    const unhandled: unknown[] = []
    const hear = (reason: unknown) => void unhandled.push(reason)
    process.on('unhandledRejection', hear)
    onTestFinished(() => void process.off('unhandledRejection', hear))
    const late = Promise.withResolvers<never>()

    await expect(unlessAborted(late.promise, AbortSignal.abort(new Error('told to end')))).rejects.toThrow('told to end')
    late.reject(new Error('the log was closed'))
    // Rejections without a listener are told of before the next turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve))

    expect(unhandled).toEqual([])
  })
})
