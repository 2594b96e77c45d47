import { randomUUID } from 'node:crypto'
import { type Clock, delay } from '@leadline/engine'
import type { Log, LogRecord, OutgoingRecord } from '@leadline/log'
import type { Finding } from './destination.ts'
import type { Destinations } from './destinations.ts'
import { type Note, readNote } from './note.ts'
import type { Quota, QuotaUsage } from './quota.ts'

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
  /** Told of the key of a record that is no note; it is passed over. */
  readonly unreadable: (key: string) => void
}

const heartbeatMs = 5_000
const silentMs = 15_000
const listenAgainMs = 1_000
/** How long the end of a board waits for a log that may not answer: that its process leaves is noticed by silence, too. */
const leaveMs = 2_000
/** Whoever opened a breaker probes it; the others only when it seems to be gone. */
const proberGraceMs = 15_000

export async function openBoard(options: BoardOptions): Promise<Board> {
  const { destinations, log, topic, clock, openMs, unreadable } = options
  const self = randomUUID()
  /** When each process was heard of, by our clock: theirs may be minutes apart from it. */
  const heard = new Map<string, number>([[self, Number.POSITIVE_INFINITY]])
  const told = new Map<string, QuotaUsage>()
  const closing = new AbortController()
  let cancelHeartbeat = (): void => {}
  /** By key, the newest alone: while the log does not answer, the heartbeats would pile up. */
  const unwritten = new Map<string, OutgoingRecord>()
  let writing: Promise<void> | undefined

  function write(key: string, note: Note | null): void {
    const value = note === null ? null : Buffer.from(JSON.stringify({ by: self, ...note }))
    unwritten.set(key, { topic, partition: 0, key: Buffer.from(key), value, headers: {} })
    writing ??= writeAll()
  }

  async function writeAll(): Promise<void> {
    while (unwritten.size > 0) {
      const records = [...unwritten.values()]
      unwritten.clear()
      // What cannot be told now is told by the next heartbeat or finding: nobody waits for it.
      await log.append(records).catch(() => undefined)
    }
    writing = undefined
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
    dropSilent(now)
    for (const name of destinations.names) {
      const destination = destinations.get(name)
      destination?.rate?.setShare(1 / heard.size)
      if (destination?.quota != null) tellUsage(name, destination.quota, now)
    }
    cancelHeartbeat = clock.after(heartbeatMs, heartbeat)
  }

  /** Who does not live any more cannot clear away its note. */
  function dropSilent(now: number): void {
    for (const [process, at] of heard) {
      if (now - at <= silentMs) continue
      heard.delete(process)
      write(`process|${process}`, null)
    }
  }

  function tellUsage(name: string, quota: Quota, now: number): void {
    const usage = quota.usage(now)
    const last = told.get(name)
    if (usage.used !== (last?.window === usage.window ? last.used : 0)) {
      told.set(name, usage)
      write(`used|${name}|${self}`, { type: 'used', ...usage })
    } else if (last !== undefined && quota.isOver(last, now)) {
      told.delete(name)
      write(`used|${name}|${self}`, null)
    }
    for (const process of quota.over(now)) if (!heard.has(process)) write(`used|${name}|${process}`, null)
  }

  function hear(record: LogRecord): void {
    const key = String(record.key ?? '')
    const [kind = '', name = '', process = ''] = key.split('|')
    if (record.value === null) return forget(kind, name, process)
    const read = readNote(record.value)
    if (read === undefined) return unreadable(key)
    if (read.by === self) return
    if (read.note.type === 'here') heard.set(read.by, clock.now())
    apply(name, process, read.note)
  }

  function forget(kind: string, name: string, process: string): void {
    if (kind === 'process' && name !== self) heard.delete(name)
    if (kind === 'used') destinations.get(name)?.quota?.forget(process)
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
        if (closing.signal.aborted) return
        const range = { topic, partition: 0, from: Math.max(from, ends?.start ?? 0) }
        for await (const batch of log.read(range, closing.signal)) {
          for (const record of batch) hear(record)
          from = (batch.at(-1)?.offset ?? from - 1) + 1
        }
      } catch {
        await delay(clock, listenAgainMs, closing.signal)
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
      const done = new AbortController()
      await Promise.race([Promise.all([listening, writing]), delay(clock, leaveMs, done.signal)])
      done.abort()
    },
  }
}
