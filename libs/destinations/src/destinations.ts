import type { Clock, Permission } from '@leadline/engine'
import type { BreakerPolicy } from './breaker.ts'
import { type CallEnd, createDestination, type Destination, type DestinationLimits, type Finding } from './destination.ts'

/** All destinations of a process. */
export interface Destinations {
  ask(name: string, crowded: boolean): Permission
  release(name: string): void
  ended(name: string, end: CallEnd): void
  /** While it is known to be down or has asked to wait: until when; null: it is open, or not known. */
  closedUntil(name: string): number | null
  onChange(listener: (name: string) => void): () => void
  /** For those who share what is found here with other processes. */
  onFinding(listener: (name: string, finding: Finding) => void): () => void
  get(name: string): Destination | undefined
  /** Held records should be asked for again: another process told something. */
  changed(name: string): void
  readonly names: readonly string[]
  close(): void
}

export interface DestinationsOptions {
  readonly limits: ReadonlyMap<string, DestinationLimits>
  readonly clock: Clock
  readonly breaker?: BreakerPolicy
}

export function createDestinations({ limits, clock, breaker }: DestinationsOptions): Destinations {
  const all = new Map([...limits].map(([name, its]) => [name, createDestination(its, breaker)]))
  // Replaced, never changed: lanes come and go while others are being told.
  let listeners: readonly ((name: string) => void)[] = []
  const findingListeners = new Set<(name: string, finding: Finding) => void>()
  const wakes = new Map<string, { readonly at: number; readonly cancel: () => void }>()
  let turn = 0

  /** Lanes are asked in turns, so that none of them always comes first. */
  function changed(name: string): void {
    turn++
    const told = listeners
    for (let i = 0; i < told.length; i++) told[(turn + i) % told.length]?.(name)
  }

  function wakeLater(name: string, destination: Destination, now: number): void {
    const at = destination.wakeAt(now)
    const planned = wakes.get(name)
    if (at === null || (planned !== undefined && planned.at <= at)) return
    planned?.cancel()
    const cancel = clock.after(at - now, () => {
      wakes.delete(name)
      changed(name)
    })
    wakes.set(name, { at, cancel })
  }

  return {
    ask: (name, crowded) => {
      const destination = all.get(name)
      if (destination === undefined) return { type: 'start' }
      // One look at the clock: what it is held for would be over at a second one, and nobody would wake it.
      const now = clock.now()
      const permission = destination.ask(now, crowded)
      if (permission.type === 'hold') wakeLater(name, destination, now)
      return permission
    },
    release: (name) => {
      all.get(name)?.release(clock.now())
      changed(name)
    },
    ended: (name, end) => {
      const finding = all.get(name)?.ended(end, clock.now()) ?? null
      if (finding === null) return
      for (const listener of findingListeners) listener(name, finding)
    },
    closedUntil: (name) => all.get(name)?.closedUntil(clock.now()) ?? null,
    onChange: (listener) => {
      // A function of its own, so that ending it twice ends nobody else's.
      const own = (name: string): void => listener(name)
      listeners = [...listeners, own]
      return () => {
        listeners = listeners.filter((other) => other !== own)
      }
    },
    onFinding: (listener) => {
      findingListeners.add(listener)
      return () => void findingListeners.delete(listener)
    },
    get: (name) => all.get(name),
    changed,
    names: [...all.keys()],
    close: () => {
      for (const { cancel } of wakes.values()) cancel()
      wakes.clear()
    },
  }
}
