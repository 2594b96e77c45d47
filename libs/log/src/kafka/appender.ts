import { setImmediate as nextTurn } from 'node:timers/promises'
import type { LeadlineError } from '@leadline/domain'
import type { OutgoingRecord } from '../log.ts'
import { unavailable } from '../log-errors.ts'
import { isAboutTopic, toLogError } from './kafka-errors.ts'
import { onTopics } from './missing-right.ts'
import { cutIntoSends } from './produce-batches.ts'
import type { Refusals } from './refusals.ts'
import type { SizedRecord, TopicCatalog } from './topic-catalog.ts'

/** Sends records outside of any transaction, after it has tried a few times. One call at a time. */
export interface Sender {
  /** Resolves when the brokers hold all of them durably; there is at most one batch for each partition. After a rejection some may be held. */
  send(records: readonly SizedRecord[]): Promise<void>
  close(): void
}

export interface Appender {
  append(records: readonly OutgoingRecord[]): Promise<void>
  /** Waits for what is on its way. */
  close(): Promise<void>
}

interface Waiting {
  readonly records: readonly SizedRecord[]
  resolve(): void
  reject(error: unknown): void
}

export interface AppenderOptions {
  /** Asked when there is something to send and no sender yet. */
  readonly openSender: () => Promise<Sender>
  readonly catalog: TopicCatalog
  readonly refusals: Refusals
}

const queueBytes = 64 * 1024 * 1024

/** Appends outside of any transaction: what comes while a send is under way goes out together with the next one. */
export function createAppender({ openSender, catalog, refusals }: AppenderOptions): Appender {
  let sender: Sender | undefined
  let waiting: Waiting[] = []
  let waitingBytes = 0
  let running: Promise<void> | undefined
  let closed = false

  const sendAll = async () => {
    // What is appended in the same turn of the event loop goes out together.
    await nextTurn()
    while (waiting.length > 0) {
      const round = waiting
      waiting = []
      waitingBytes = 0
      await sendRound(round)
    }
    running = undefined
  }

  async function sendRound(round: readonly Waiting[]): Promise<void> {
    // One failed send fails all appends that had a record in it or behind it; those fully sent before are told so.
    const left = new Map(round.map((entry) => [entry, entry.records.length]))
    const owners = round.flatMap((entry) => entry.records.map(() => entry))
    let sent = 0
    try {
      sender ??= await openSender()
      for (const records of cutIntoSends(round.flatMap((entry) => entry.records))) {
        await sender.send(records)
        for (const entry of owners.slice(sent, sent + records.length)) {
          const rest = (left.get(entry) ?? 0) - 1
          left.set(entry, rest)
          if (rest === 0) entry.resolve()
        }
        sent += records.length
      }
    } catch (error) {
      const unsent = [...left].flatMap(([entry, rest]) => (rest > 0 ? [entry] : []))
      const told = await failure(
        error,
        unsent.flatMap(({ records }) => records),
      )
      if (isAboutTopic(error)) catalog.doubt(new Set(unsent.flatMap(({ records }) => records.map(({ topic }) => topic))))
      for (const entry of unsent) entry.reject(told)
    }
  }

  /** What a caller is told; what an operator must mend is told to him too. */
  async function failure(error: unknown, records: readonly { readonly topic: string }[]): Promise<LeadlineError> {
    const needed = onTopics(
      'WRITE',
      records.map(({ topic }) => topic),
    )
    const refusal = await refusals.tellOf(error, needed)
    return refusal ?? toLogError('append', error)
  }

  return {
    async append(records) {
      if (closed) throw unavailable('append: it is closed')
      if (records.length === 0) return
      const placed = await catalog.place(records).catch(async (error: unknown) => {
        throw await failure(error, records)
      })
      if (closed) throw unavailable('append: it is closed')
      const bytes = placed.reduce((sum, record) => sum + record.bytes, 0)
      if (waitingBytes > 0 && waitingBytes + bytes > queueBytes) throw unavailable('append: too much is waiting to be sent')
      waitingBytes += bytes
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      waiting.push({ records: placed, resolve, reject })
      running ??= sendAll()
      await promise
    },
    async close() {
      closed = true
      await running
      sender?.close()
    },
  }
}
