import type { Clock } from '@leadline/engine'
import type { Random } from './random.ts'
import type { Timeline } from './timeline.ts'

/** One simulated process: what is meant for it reaches it only while it lives, and waits while it is frozen. */
export interface Host {
  readonly name: string
  readonly clock: Clock
  readonly state: 'up' | 'frozen' | 'dead'
  /** Its group coordinators do not hear it, though everybody else does. */
  readonly cutOff: boolean
  /** The latest time that its wall clock has shown. */
  readonly latestMs: number
  /** Runs `task` in this process. */
  after(delayMs: number, label: string, task: () => void): () => void
  sleep(delayMs: number, label: string): Promise<void>
  /** The process is gone at this instant: nothing reaches it any more. */
  crash(): void
  /** Nothing reaches it for so long, then all of it at once (SIGSTOP, a paused machine). */
  freeze(forMs: number): void
  /** Its group coordinators do not hear it for so long, or until the returned function is called. */
  cutFromGroups(forMs: number): () => void
  /** Its wall clock is set. */
  setClock(byMs: number): void
  /** Calls `listener` when the process falls silent and when it speaks again. */
  watch(listener: (state: 'silent' | 'awake') => void): void
}

/** Wall clock of every process when a run begins. */
export const epochMs = 1_700_000_000_000

export interface HostOptions {
  readonly name: string
  readonly timeline: Timeline
  readonly random: Random
  /** Called before each event of the process: may crash or freeze it there. */
  readonly beforeEvent: (host: Host) => void
}

export function createHost({ name, timeline, random, beforeEvent }: HostOptions): Host {
  const listeners: ((state: 'silent' | 'awake') => void)[] = []
  let state: Host['state'] = 'up'
  let cuts = 0
  let skewMs = 0
  let latestMs = 0
  let held: { label: string; task: () => void; cancelled: boolean }[] = []

  function tell(news: 'silent' | 'awake'): void {
    for (const listener of listeners) listener(news)
  }

  function after(delayMs: number, label: string, task: () => void): () => void {
    const message = { label, task, cancelled: false }
    const cancelEvent = timeline.schedule(delayMs, `${name} ${label}`, () => arrive(message))
    return () => {
      message.cancelled = true
      cancelEvent()
    }
  }

  function arrive(message: { label: string; task: () => void; cancelled: boolean }): void {
    if (message.cancelled || state === 'dead') return
    latestMs = Math.max(latestMs, host.clock.now())
    if (state === 'up') beforeEvent(host)
    if (state === 'frozen') held.push(message)
    else if (state === 'up') message.task()
  }

  function thaw(): void {
    if (state !== 'frozen') return
    state = 'up'
    const waiting = held
    held = []
    for (const message of waiting) timeline.schedule(0, `${name} ${message.label}`, () => arrive(message))
    if (cuts === 0) tell('awake')
  }

  const host: Host = {
    name,
    clock: {
      now: () => epochMs + timeline.now() + skewMs,
      random: random.next,
      after: (delayMs, task) => after(delayMs, 'timer', task),
    },
    get state() {
      return state
    },
    after,
    sleep: (delayMs, label) => new Promise((resolve) => void after(delayMs, label, resolve)),
    crash: () => {
      if (state === 'dead') return
      state = 'dead'
      held = []
      tell('silent')
    },
    freeze: (forMs) => {
      if (state !== 'up') return
      state = 'frozen'
      tell('silent')
      timeline.schedule(forMs, `${name} thaws`, thaw)
    },
    get latestMs() {
      latestMs = Math.max(latestMs, host.clock.now())
      return latestMs
    },
    get cutOff() {
      return cuts > 0
    },
    cutFromGroups: (forMs) => {
      cuts++
      tell('silent')
      let mended = false
      const mend = (): void => {
        if (mended) return
        mended = true
        cuts--
        if (cuts === 0 && state === 'up') tell('awake')
      }
      timeline.schedule(forMs, `${name} is heard again`, mend)
      return mend
    },
    setClock: (byMs) => {
      skewMs += byMs
    },
    watch: (listener) => void listeners.push(listener),
  }
  return host
}
