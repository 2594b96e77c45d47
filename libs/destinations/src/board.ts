import { randomUUID } from 'node:crypto'
import type { Clock } from '@leadline/engine'
import type { Log, LogRecord } from '@leadline/log'
import type { Finding } from './destination.ts'
import type { Destinations } from './destinations.ts'

/**
 * What processes tell each other about destinations, over one compacted topic with one partition. Its order is the order of truth: the last
 * word on a breaker wins everywhere. Consistency: eventual, as fast as the topic is read (a second or so). Until then a process may make the
 * calls it had permits for; rates are shared in equal parts among the processes heard of in the last 15 s, so that right after one joins the
 * sum may be exceeded by its part; quotas may be exceeded by what is called in that second.
 */
export interface Board extends AsyncDisposable {
  /** Processes heard of lately, this one included. */
  readonly processes: number
}

export interface BoardOptions {
  readonly destinations: Destinations
  readonly log: Pick<Log, 'append' | 'read' | 'ends'>
  readonly topic: string
  readonly clock: Clock
  readonly openMs: number
}

type Note =
  | { readonly type: 'here' }
  | { readonly type: 'down'; readonly until: number }
  | { readonly type: 'up' }
  | { readonly type: 'pause'; readonly until: number }
  | { readonly type: 'used'; readonly window: number; readonly used: number }

const heartbeatMs = 5_000
const silentMs = 15_000
const listenAgainMs = 1_000
/** Whoever opened a breaker probes it; the others only when it seems to be gone. */
const proberGraceMs = 15_000

export async function openBoard({ destinations, log, topic, clock, openMs }: BoardOptions): Promise<Board> {
  const self = randomUUID()
  const heard = new Map<string, number>([[self, Number.POSITIVE_INFINITY]])
  const told = new Map<string, number>()
  const closing = new AbortController()
  let cancelHeartbeat = (): void => {}
  let writing: Promise<void> = Promise.resolve()

  function write(key: string, note: Note | null): void {
    const value = note === null ? null : Buffer.from(JSON.stringify({ by: self, at: clock.now(), ...note }))
    const record = { topic, partition: 0, key: Buffer.from(key), value, headers: {} }
    // What cannot be told now is told by the next heartbeat or finding: nobody waits for it.
    writing = writing.then(() => log.append([record])).catch(() => undefined)
  }

  function tell(name: string, finding: Finding): void {
    switch (finding.type) {
      case 'down':
        return write(`breaker|${name}`, { type: 'down', until: clock.now() + openMs })
      case 'up':
        return write(`breaker|${name}`, { type: 'up' })
      case 'pause':
        return write(`pause|${name}`, finding)
    }
  }

  function heartbeat(): void {
    write(`process|${self}`, { type: 'here' })
    const now = clock.now()
    for (const name of destinations.names) {
      const usage = destinations.get(name)?.quota?.usage(now)
      if (usage === undefined || usage.used === 0 || told.get(name) === usage.used) continue
      told.set(name, usage.used)
      write(`used|${name}|${self}`, { type: 'used', ...usage })
    }
    share(now)
    cancelHeartbeat = clock.after(heartbeatMs, heartbeat)
  }

  function share(now: number): void {
    for (const [process, at] of heard) if (now - at > silentMs) heard.delete(process)
    for (const name of destinations.names) destinations.get(name)?.rate?.setShare(1 / heard.size)
  }

  function hear(record: LogRecord): void {
    const [kind = '', name = '', process = ''] = String(record.key ?? '').split('|')
    if (record.value === null) {
      if (kind === 'process' && name !== self) heard.delete(name)
      return
    }
    const note: { by: string; at: number } & Note = JSON.parse(record.value.toString())
    if (note.by === self) return
    heard.set(note.by, note.at)
    apply(name, process, note)
  }

  function apply(name: string, process: string, note: Note): void {
    const destination = destinations.get(name)
    if (destination === undefined) return
    switch (note.type) {
      case 'here':
        return
      case 'down':
        return destination.breaker.openUntil(note.until + proberGraceMs)
      case 'up':
        destination.breaker.close()
        return destinations.changed(name)
      case 'pause':
        return destination.pauseUntil(note.until)
      case 'used':
        return destination.quota?.others(process, note)
    }
  }

  /** Follows the topic; when that breaks off, from where it was. */
  async function listen(): Promise<void> {
    let from = 0
    while (!closing.signal.aborted) {
      try {
        const [ends] = await log.ends(topic)
        const range = { topic, partition: 0, from: Math.max(from, ends?.start ?? 0) }
        for await (const batch of log.read(range, closing.signal)) {
          for (const record of batch) hear(record)
          from = (batch.at(-1)?.offset ?? from - 1) + 1
        }
      } catch {
        await new Promise<void>((resolve) => {
          clock.after(listenAgainMs, resolve)
          closing.signal.addEventListener('abort', () => resolve(), { once: true })
        })
      }
    }
  }

  const stopTelling = destinations.onFinding(tell)
  const listening = listen()
  heartbeat()
  return {
    get processes() {
      return heard.size
    },
    [Symbol.asyncDispose]: async () => {
      cancelHeartbeat()
      stopTelling()
      write(`process|${self}`, null)
      closing.abort()
      await listening
      await writing
    },
  }
}
