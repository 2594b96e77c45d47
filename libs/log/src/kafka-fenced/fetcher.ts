import { type Backoff, createBackoff, pause } from '../kafka/backoff.ts'
import { errorText } from '../kafka/kafka-errors.ts'
import { onTopics } from '../kafka/missing-right.ts'
import type { Refusals } from '../kafka/refusals.ts'
import type { PartitionEnds } from '../log.ts'
import type { LogListener } from '../log-listener.ts'
import type { Cluster } from './cluster.ts'
import type { Feed, Wish } from './feed.ts'
import { codeText, errorCode } from './wire/error-codes.ts'
import { type FetchedPartition, fetchCall } from './wire/fetch-call.ts'
import { readBatches } from './wire/read-batches.ts'

/** Fetches for all lanes of a member: one request at a time to each broker, for all of its partitions that want something. */
export interface Fetcher {
  add(feed: Feed): void
  remove(feed: Feed): void
  /** Some feed wants something again. */
  poke(): void
}

export interface FetcherOptions {
  readonly cluster: Cluster
  readonly endsOf: (topic: string, partition: number) => Promise<PartitionEnds>
  readonly signal: AbortSignal
  readonly listener: LogListener
  readonly refusals: Refusals
}

/** A lane that is resumed while others are idle waits at most so long. */
const maxWaitMs = 250
const leaderlessMs = 200

/** How it goes with one feed. */
interface Reading {
  readonly feed: Feed
  readonly backoff: Backoff
  /** Its last answer was of no use: it is left out until it is known what to ask for, or a while has passed. */
  aside: boolean
}

interface Asked {
  readonly reading: Reading
  readonly topicId: string
  readonly wish: Wish
}

export function createFetcher({ cluster, endsOf, signal, listener, refusals }: FetcherOptions): Fetcher {
  const readings = new Map<Feed, Reading>()
  const loops = new Set<number>()
  const wakers: (() => void)[] = []
  let looking = false

  function poke(): void {
    const nodes = new Set(Array.from(readings.keys(), ({ topic, partition }) => cluster.leader(topic, partition)))
    for (const node of nodes) {
      if (node === undefined) void lookForLeaders()
      else if (!loops.has(node)) void follow(node)
    }
    for (const wake of wakers.splice(0)) wake()
  }

  async function lookForLeaders(): Promise<void> {
    if (looking || signal.aborted) return
    looking = true
    await pause(leaderlessMs, signal)
    await cluster.refresh().catch(() => {})
    looking = false
    poke()
  }

  async function follow(node: number): Promise<void> {
    loops.add(node)
    const backoff = createBackoff(50, 2_000)
    while (!signal.aborted) {
      const asked = wishesFor(node)
      if (asked.length === 0) {
        if (![...readings.keys()].some(({ topic, partition }) => cluster.leader(topic, partition) === node)) break
        await new Promise<void>((wake) => wakers.push(wake))
        continue
      }
      try {
        await fetchOnce(node, asked)
        backoff.reset()
      } catch (error) {
        if (signal.aborted) break
        await backoff.wait(signal, (delayMs) =>
          listener('warn', `reading from broker ${node} again in ${delayMs} ms: ${errorText(error)}`, { node }),
        )
        await cluster.refresh().catch(() => {})
      }
    }
    loops.delete(node)
    if (!signal.aborted && readings.size > 0) poke()
  }

  function wishesFor(node: number): Asked[] {
    const asked: Asked[] = []
    for (const reading of readings.values()) {
      const { topic, partition } = reading.feed
      if (reading.aside || cluster.leader(topic, partition) !== node) continue
      const [topicId, wish] = [cluster.topicId(topic), reading.feed.wants()]
      if (topicId !== undefined && wish !== undefined) asked.push({ reading, topicId, wish })
    }
    return asked
  }

  async function fetchOnce(node: number, asked: readonly Asked[]): Promise<void> {
    const connection = await cluster.toNode(node, 'fetch')
    const wanted = asked.map(({ reading, topicId, wish }) => ({
      topicId,
      partition: reading.feed.partition,
      offset: wish.offset,
    }))
    const answers = await connection.request(fetchCall(wanted, maxWaitMs))
    const byPlace = new Map(answers.map((answer) => [`${answer.topicId}/${answer.partition}`, answer]))
    for (const { reading, topicId, wish } of asked) {
      const answer = byPlace.get(`${topicId}/${reading.feed.partition}`)
      if (answer !== undefined) give(reading, wish, answer)
    }
  }

  function give(reading: Reading, wish: Wish, { code, bytes, aborted }: FetchedPartition): void {
    const { feed, backoff } = reading
    const { topic, partition } = feed
    if (code !== errorCode.none) {
      void setAside(reading, () => mend(feed, wish, code))
      return
    }
    try {
      if (bytes.length > 0) feed.give(wish, readBatches({ topic, partition, bytes, aborted }, wish.offset))
      backoff.reset()
    } catch (error) {
      void setAside(reading, () => Promise.reject(error))
    }
  }

  /** Leaves one feed out while it is mended, and a while longer if that fails; the others of its broker go on. */
  async function setAside(reading: Reading, mending: () => Promise<void>): Promise<void> {
    const { topic, partition } = reading.feed
    reading.aside = true
    try {
      await mending()
      reading.backoff.reset()
    } catch (error) {
      await reading.backoff.wait(signal, (delayMs) =>
        listener('warn', `reading ${topic}/${partition} again in ${delayMs} ms: ${errorText(error)}`, { topic, partition }),
      )
    }
    reading.aside = false
    poke()
  }

  async function mend(feed: Feed, wish: Wish, code: number): Promise<void> {
    const { topic, partition } = feed
    if (code === errorCode.offsetOutOfRange) {
      const { start, end } = await endsOf(topic, partition)
      // It lost its tail. Going back would pass over what is written there from now on, as something that was read.
      if (end < wish.offset) throw new Error(`it ends at ${end}, before ${wish.offset}, as far as it was read`)
      if (start > wish.offset) {
        const what = `its records from ${wish.offset} on were deleted before they were read`
        listener('warn', `${topic}/${partition} begins at ${start} now: ${what}`, { topic, partition })
        return feed.give(wish, [{ records: [], nextOffset: start }])
      }
    }
    void lookForLeaders()
    await refusals.tellOfCode(code, onTopics('READ', [topic]), { topic, partition })
    throw new Error(codeText(code))
  }

  // Also when somebody else asked the brokers: a partition that has moved to a broker nobody fetches from would stand still.
  const forget = cluster.onMoved(poke)
  signal.addEventListener(
    'abort',
    () => {
      forget()
      poke()
    },
    { once: true },
  )
  return {
    add(feed) {
      readings.set(feed, { feed, backoff: createBackoff(50, 2_000), aside: false })
      poke()
    },
    remove: (feed) => void readings.delete(feed),
    poke,
  }
}
