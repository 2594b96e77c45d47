import { LeadlineError } from '@leadline/domain'
import type { LaneName } from '../local-storage.ts'
import type { Delivery, LaneCommit, LanePosition, LogLane } from '../log.ts'
import { unavailable } from '../log-errors.ts'
import type { LogListener } from '../log-listener.ts'
import { createBackoff, within } from './backoff.ts'
import { errorText, errorType, isAboutTopic } from './kafka-errors.ts'
import { type LaneProducer, laneTransactionalId } from './lane-producer.ts'
import { onTopics, toCommit } from './missing-right.ts'
import type { PartitionReader } from './partition-reader.ts'
import type { Refusals } from './refusals.ts'
import type { TopicCatalog } from './topic-catalog.ts'

export interface KafkaLane extends LogLane {
  close(): void
}

export interface KafkaLaneOptions {
  readonly name: LaneName
  readonly producer: LaneProducer
  readonly reader: PartitionReader
  readonly catalog: TopicCatalog
  readonly metadataLength: number
  /** Aborted when the lane is not ours any more. */
  readonly lost: AbortSignal
  /** Opens a producer anew once the group has confirmed that the lane is still ours; undefined when it is not. */
  readonly openAgain: () => Promise<LaneProducer | undefined>
  readonly listener: LogListener
  readonly refusals: Refusals
  /** When a commit counts as unanswered; default 30 s, long after the brokers have given its transaction up. */
  readonly commitWithinMs?: number
}

const commitWithinMs = 30_000

/** A lane that reads over its own connection and commits through its own transactional producer. */
export function createKafkaLane(options: KafkaLaneOptions): KafkaLane {
  const { name, reader, catalog, lost, listener } = options
  const feed = createFeed(options)
  let producer: LaneProducer | undefined = options.producer

  const discard = () => {
    producer?.close()
    producer = undefined
  }
  const failed = async (error: unknown, { records }: LaneCommit): Promise<'fenced' | 'unknown'> => {
    discard()
    if (lost.aborted) return 'fenced'
    const { group, topic, partition } = name
    const written = records.map((record) => record.topic)
    if (isAboutTopic(error)) options.catalog.doubt(written)
    const needed = [...onTopics('WRITE', written), ...onTopics('READ', [topic]), ...toCommit(group, laneTransactionalId(name))]
    if ((await options.refusals.tellOf(error, needed, { group, topic, partition })) !== undefined) return 'unknown'
    // A fence and an expired transaction look the same; only the group can tell, and `reopen` asks it.
    listener('warn', `a commit of ${laneText(name)} is in doubt: ${errorText(error)}`, {
      ...name,
      type: errorType(error),
    })
    return 'unknown'
  }

  return {
    ...name,
    position: options.producer.position,
    start: feed.start,
    pause: feed.pause,
    resume: feed.resume,
    async commit(commit) {
      if (lost.aborted) return 'fenced'
      try {
        const records = await placeRecords(commit, catalog, options.metadataLength)
        if (producer === undefined) return lost.aborted ? 'fenced' : 'unknown'
        // kafkajs can wait for ever: for a lock, or for an answer that it has stopped to time.
        const done = producer.commit(commit, records).then(() => 'committed' as const)
        const answer = await within(options.commitWithinMs ?? commitWithinMs, done)
        return answer ?? (await failed(unavailable(`commit on ${laneText(name)}: there is no answer`), commit))
      } catch (error) {
        return await failed(error, commit)
      }
    },
    async reopen(): Promise<LanePosition | 'fenced'> {
      discard()
      const opened = await options.openAgain()
      if (opened === undefined || lost.aborted) {
        opened?.close()
        return 'fenced'
      }
      producer = opened
      return opened.position
    },
    close() {
      discard()
      reader.close()
    },
  }
}

/** Whatever can be refused is refused before the transaction begins. */
function placeRecords({ metadata, records }: LaneCommit, catalog: TopicCatalog, metadataLength: number) {
  if (metadata.length > metadataLength) {
    throw new LeadlineError('RECORD_TOO_LARGE', `commit metadata of ${metadata.length} characters is over ${metadataLength}`)
  }
  return catalog.place(records)
}

const waitMs = 3_000

function createFeed({ name, reader, lost, listener }: KafkaLaneOptions) {
  let starts = 0
  let resumed = Promise.withResolvers<void>()
  resumed.resolve()
  let paused = false

  const follow = async (from: number, deliver: (delivery: Delivery) => void) => {
    const backoff = createBackoff(50, 5_000)
    const start = ++starts
    const ended = () => lost.aborted || start !== starts
    let next = from
    while (!ended()) {
      try {
        const { records, nextOffset } = await reader.fetch(next, waitMs)
        backoff.reset()
        // What was fetched is kept while paused, not fetched again.
        while (paused && !ended()) await resumed.promise
        if (ended()) return
        if (nextOffset !== next) deliver({ records, nextOffset })
        next = nextOffset
      } catch (error) {
        if (ended()) return
        await backoff.wait(lost, (delayMs) =>
          listener('warn', `reading ${laneText(name)} again in ${delayMs} ms: ${errorText(error)}`, { ...name }),
        )
      }
    }
  }
  lost.addEventListener('abort', () => resumed.resolve(), { once: true })
  return {
    start(from: number, deliver: (delivery: Delivery) => void) {
      if (lost.aborted) return
      void follow(from, deliver)
    },
    pause() {
      if (paused || lost.aborted) return
      paused = true
      resumed = Promise.withResolvers()
    },
    resume() {
      paused = false
      resumed.resolve()
    },
  }
}

function laneText({ group, topic, partition }: LaneName): string {
  return `${group} on ${topic}/${partition}`
}
