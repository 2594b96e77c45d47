import type { Delivery, LaneCommit, LogLane } from '@leadline/log'
import type { LaneName } from '../broker/transactions.ts'
import type { Connection } from './connection.ts'
import type { LaneProducer } from './producer.ts'

export type ModelledLane = LogLane

export interface FeedOptions {
  readonly connection: Connection
  readonly name: LaneName
  readonly lost: AbortSignal
}

export interface LaneOptions extends FeedOptions {
  readonly producer: LaneProducer
  readonly openAgain: () => Promise<LaneProducer | undefined>
}

/** A lane with the manners of the Kafka driver's: any error ends its producer and is `unknown` while the lane is ours. */
export function createModelledLane(options: LaneOptions): ModelledLane {
  const { connection, name, lost } = options
  const feed = createFeed(options)
  let producer: LaneProducer | undefined = options.producer

  async function commit(next: LaneCommit): Promise<'committed' | 'fenced' | 'unknown'> {
    if (lost.aborted) return 'fenced'
    try {
      const records = connection.cluster.place(next.records)
      connection.cluster.witness.committing(name, next)
      if (producer === undefined) return 'unknown'
      await producer.commit(next, records)
      return 'committed'
    } catch {
      producer = undefined
      return lost.aborted ? 'fenced' : 'unknown'
    }
  }

  return {
    ...name,
    position: options.producer.position,
    ...feed,
    commit,
    reopen: async () => {
      producer = undefined
      const opened = await options.openAgain()
      if (opened === undefined || lost.aborted) return 'fenced'
      producer = opened
      return opened.position
    },
  }
}

export function createFeed({ connection, name, lost }: FeedOptions): Pick<LogLane, 'start' | 'pause' | 'resume'> {
  const { host, cluster } = connection
  let starts = 0
  let paused = false
  let resumed = Promise.withResolvers<void>()
  resumed.resolve()
  lost.addEventListener('abort', () => resumed.resolve(), { once: true })

  async function follow(from: number, deliver: (delivery: Delivery) => void): Promise<void> {
    const start = ++starts
    const ended = (): boolean => lost.aborted || start !== starts
    let next = from
    while (!ended()) {
      const fetched = await fetchOnce(next).catch(() => undefined)
      if (ended()) return
      if (fetched === undefined) {
        await host.sleep(cluster.random.int(50, 500), 'fetch again')
        continue
      }
      // What was fetched is kept while paused, not fetched again.
      while (paused && !ended()) await resumed.promise
      if (ended()) return
      if (fetched.nextOffset !== next) deliver(fetched)
      next = fetched.nextOffset
    }
  }

  function fetchOnce(from: number): Promise<Delivery> {
    const partition = cluster.partition(name.topic, name.partition)
    return cluster.network.call({
      from: host,
      to: partition.broker,
      what: `fetch ${name.topic}/${name.partition}`,
      work: () => cluster.fetchWhenReadable(partition, from),
    })
  }

  return {
    start: (from, deliver) => {
      if (lost.aborted) return
      void follow(from, deliver)
    },
    pause: () => {
      if (paused || lost.aborted) return
      paused = true
      resumed = Promise.withResolvers()
    },
    resume: () => {
      paused = false
      resumed.resolve()
    },
  }
}
