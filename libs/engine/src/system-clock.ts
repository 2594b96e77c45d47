import type { Clock } from './clock.ts'

// Node fires timers beyond 2^31−1 ms at once, so long waits are made of several.
const longestTimerMs = 2 ** 31 - 1

/** The clock of the machine: the one place of the engine that reads time, makes timers and throws dice. */
export const systemClock: Clock = {
  now: () => Date.now(),
  random: () => Math.random(),
  after: (delayMs, task) => {
    // Not by the time of day: that can be set back, and every wait would grow by as much.
    const end = performance.now() + delayMs
    let timer = setTimeout(tick, Math.min(delayMs, longestTimerMs))
    function tick(): void {
      const leftMs = end - performance.now()
      if (leftMs <= 0) task()
      else timer = setTimeout(tick, Math.min(leftMs, longestTimerMs))
    }
    return () => clearTimeout(timer)
  },
}

/** Resolves after `delayMs`, or at once when `signal` aborts. */
export function delay(clock: Pick<Clock, 'after'>, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const end = (): void => {
      cancel()
      signal.removeEventListener('abort', end)
      resolve()
    }
    const cancel = clock.after(delayMs, end)
    signal.addEventListener('abort', end)
  })
}
