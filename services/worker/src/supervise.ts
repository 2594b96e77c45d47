import type { Clock } from '@leadline/engine'

/** A process that was started. */
export interface Child {
  readonly pid: number | undefined
  /** Resolves when it works; never, when it ends before. */
  readonly ready: Promise<void>
  /** Resolves with its exit code; with 128 and the number of the signal when one ended it. */
  readonly ended: Promise<number>
  /** Asks it to drain and end. */
  end(): void
  /** Ends it at once, as nothing but the kernel can. */
  kill(): void
}

/** What happens to the child of a number, 1 to `count`. */
export interface ChildObserver {
  started(number: number, pid: number | undefined): void
  ready(number: number): void
  /** It ended while it should run, and is started again after `retryInMs`. */
  ended(number: number, exitCode: number, retryInMs: number): void
}

export interface SuperviseOptions {
  readonly count: number
  readonly start: (number: number) => Child
  readonly clock: Clock
  readonly observer: ChildObserver
}

export interface Supervisor {
  /** Lets all drain and end; resolves with the worst exit code. Whoever does not end in time is killed. */
  close(): Promise<number>
}

interface Slot {
  close(): Promise<number>
}

const firstDelayMs = 1_000
const longestDelayMs = 30_000
/** Who lived this long did not die of its start. */
const steadyMs = 60_000
/** Lanes drain for 20 s at most, and the log takes a while to close. */
const drainMs = 40_000

/** Keeps `count` children running: one that dies is started again, ever later while it keeps dying young. */
export function supervise(options: SuperviseOptions): Supervisor {
  const slots = Array.from({ length: options.count }, (_, index) => keepRunning(options, index + 1))
  let closed: Promise<number> | undefined
  const close = async () => Math.max(0, ...(await Promise.all(slots.map((slot) => slot.close()))))
  return {
    close() {
      closed ??= close()
      return closed
    },
  }
}

function keepRunning({ start, clock, observer }: SuperviseOptions, number: number): Slot {
  let delayMs = firstDelayMs
  let lastCode = 0
  let child: Child | undefined
  let cancelStart = () => {}
  let state: 'running' | 'closing' = 'running'

  const begin = () => {
    const startedAt = clock.now()
    const begun = start(number)
    child = begun
    observer.started(number, begun.pid)
    void begun.ready.then(() => child === begun && observer.ready(number))
    void begun.ended.then((exitCode) => {
      child = undefined
      lastCode = exitCode
      if (state === 'closing') return
      if (clock.now() - startedAt >= steadyMs) delayMs = firstDelayMs
      observer.ended(number, exitCode, delayMs)
      cancelStart = clock.after(delayMs, begin)
      delayMs = Math.min(delayMs * 2, longestDelayMs)
    })
  }
  begin()
  return {
    async close() {
      state = 'closing'
      cancelStart()
      const ending = child
      // One that waited to be started again says with its last code how it died.
      if (ending === undefined) return lastCode
      const cancelKill = clock.after(drainMs, () => ending.kill())
      ending.end()
      const exitCode = await ending.ended
      cancelKill()
      return exitCode
    },
  }
}
