import { setTimeout as delay } from 'node:timers/promises'

const multiplier = 2
const jitter = 0.2

export interface Backoff {
  /** Waits a little longer each time, until `signal` aborts; tells the wait in milliseconds before it begins. */
  wait(signal: AbortSignal, announce?: (delayMs: number) => void): Promise<void>
  reset(): void
}

export function createBackoff(firstMs: number, longestMs: number): Backoff {
  let nextMs = firstMs
  return {
    async wait(signal, announce) {
      const delayMs = Math.round(nextMs * (1 + jitter * (2 * Math.random() - 1)))
      nextMs = Math.min(longestMs, nextMs * multiplier)
      announce?.(delayMs)
      await pause(delayMs, signal)
    },
    reset() {
      nextMs = firstMs
    },
  }
}

/** Resolves after so many milliseconds, or at once when `signal` aborts. */
export async function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(delayMs, undefined, { signal })
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

/** What `work` gives, or undefined when the time is up first; `work` goes on all the same. */
export async function within<T>(timeoutMs: number, work: Promise<T>): Promise<T | undefined> {
  const done = new AbortController()
  try {
    return await Promise.race([work, pause(timeoutMs, done.signal).then(() => undefined)])
  } finally {
    done.abort()
  }
}

/**
 * What `work` gives, or undefined when the signal aborts first; `work` goes on all the same. Nothing stays with the signal: one promise of its
 * abort, raced with again and again, would keep what each race gave for as long as the signal lives.
 */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) resolve(undefined)
    const stop = () => resolve(undefined)
    signal.addEventListener('abort', stop, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}
