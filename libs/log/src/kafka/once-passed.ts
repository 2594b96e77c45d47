import { createBackoff } from './backoff.ts'

export interface PassingTrouble {
  /** True of an error that goes by itself in a moment. */
  readonly passes: (error: unknown) => boolean
  /** Milliseconds after which it is thrown all the same. */
  readonly withinMs: number
  readonly signal: AbortSignal
}

/** A broker that lags behind the others has not heard yet of a topic that was just made. */
export const unheardMs = 2_000

/** What `work` gives once a passing trouble is over; every other error at once. */
export async function oncePassed<T>(work: () => Promise<T>, { passes, withinMs, signal }: PassingTrouble): Promise<T> {
  const backoff = createBackoff(50, 500)
  const giveUpAt = performance.now() + withinMs
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!passes(error) || performance.now() > giveUpAt || signal.aborted) throw error
      await backoff.wait(signal)
    }
  }
}
