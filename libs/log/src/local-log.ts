import type { LocalGroups, LocalMembership } from './local-groups.ts'
import { readLocal } from './local-read.ts'
import type { LocalStorage } from './local-storage.ts'
import type { Log, LogLimits, TopicShape } from './log.ts'
import { unavailable, unknownTopic } from './log-errors.ts'
import type { PlaceRecord } from './place-records.ts'
import { refuseDifferences, topicDifferences } from './topic-differences.ts'

export interface LocalLogOptions {
  readonly storage: LocalStorage
  readonly groups: LocalGroups
  readonly place: PlaceRecord
  readonly limits: LogLimits
  /** Called once, when every member has left. */
  readonly release: () => Promise<void>
}

export interface LocalLog extends Log {
  /** Leaves everything as a killed process would: nobody is told, lanes are lost. */
  abandon(): void
}

/** A log over a storage of this process. */
export function createLocalLog({ storage, groups, place, limits, release }: LocalLogOptions): LocalLog {
  const memberships = new Set<LocalMembership>()
  const closing = new AbortController()
  let closed: Promise<void> | undefined

  const refuseWhenClosed = () => {
    if (closing.signal.aborted) throw unavailable('do this: it is closed')
  }
  const refuseUnknown = (topics: readonly string[]) => {
    for (const topic of topics) if (storage.shape(topic) === undefined) throw unknownTopic(topic)
  }
  const close = async () => {
    await Promise.all([...memberships].map((membership) => membership.close()))
    closing.abort()
    await release()
  }

  return {
    limits,
    async append(records) {
      refuseWhenClosed()
      const placed = records.map(place)
      if (placed.length > 0) await storage.write({ records: placed })
    },
    async join(group, topics, owner) {
      refuseWhenClosed()
      refuseUnknown(topics)
      const membership = groups.join(group, topics, owner)
      memberships.add(membership)
      return {
        async close() {
          await membership.close()
          memberships.delete(membership)
        },
      }
    },
    read(range, signal) {
      refuseWhenClosed()
      const stop = signal === undefined ? closing.signal : AbortSignal.any([closing.signal, signal])
      return readLocal(storage, range, stop)
    },
    async ends(topic) {
      refuseWhenClosed()
      refuseUnknown([topic])
      return storage.ends(topic)
    },
    async settled(topic) {
      refuseWhenClosed()
      // What is committed is readable at once here.
      refuseUnknown([topic])
    },
    async ensureTopics(specs) {
      refuseWhenClosed()
      ensureLocalTopics(storage, specs)
    },
    abandon() {
      closing.abort()
      for (const membership of memberships) membership.expel()
    },
    [Symbol.asyncDispose]() {
      closed ??= close()
      return closed
    },
  }
}

function ensureLocalTopics(storage: LocalStorage, specs: readonly TopicShape[]): void {
  const missing = specs.filter((spec) => storage.shape(spec.name) === undefined)
  refuseDifferences(
    specs.flatMap((spec) => {
      const found = storage.shape(spec.name)
      return found === undefined ? [] : topicDifferences(spec, found)
    }),
  )
  if (missing.length > 0) storage.create(missing)
}
