import { createBackoff, pause } from '../kafka/backoff.ts'
import { errorText } from '../kafka/kafka-errors.ts'
import { onTopics } from '../kafka/missing-right.ts'
import type { Refusals } from '../kafka/refusals.ts'
import type { PartitionEnds } from '../log.ts'
import type { LogListener } from '../log-listener.ts'
import type { Cluster } from './cluster.ts'
import type { Feed, Wish } from './feed.ts'
import { codeText, errorCode, movedLeader } from './wire/error-codes.ts'
import { type FetchedPartition, fetchCall } from './wire/fetch-call.ts'
import { type ReadBatches, readBatches } from './wire/read-batches.ts'

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

interface Asked {
  readonly feed: Feed
  readonly wish: Wish
}

export function createFetcher({ cluster, endsOf, signal, listener, refusals }: FetcherOptions): Fetcher {
  const feeds = new Set<Feed>()
  const loops = new Set<number>()
  const wakers: (() => void)[] = []
  let looking = false

  function poke(): void {
    const nodes = new Set(Array.from(feeds, ({ topic, partition }) => cluster.leader(topic, partition)))
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
        if (![...feeds].some(({ topic, partition }) => cluster.leader(topic, partition) === node)) break
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
    if (!signal.aborted && feeds.size > 0) poke()
  }

  function wishesFor(node: number): Asked[] {
    const asked: Asked[] = []
    for (const feed of feeds) {
      const wish = cluster.leader(feed.topic, feed.partition) === node ? feed.wants() : undefined
      if (wish !== undefined) asked.push({ feed, wish })
    }
    return asked
  }

  async function fetchOnce(node: number, asked: readonly Asked[]): Promise<void> {
    const connection = await cluster.toNode(node, 'fetch')
    const wanted = asked.map(({ feed, wish }) => ({
      topicId: cluster.topicId(feed.topic),
      partition: feed.partition,
      offset: wish.offset,
    }))
    const answers = await connection.request(fetchCall(wanted, maxWaitMs))
    const byPlace = new Map(answers.map((answer) => [`${answer.topicId}/${answer.partition}`, answer]))
    let trouble: string | undefined
    for (const { feed, wish } of asked) {
      const answer = byPlace.get(`${cluster.topicId(feed.topic)}/${feed.partition}`)
      if (answer !== undefined) trouble = (await give(feed, wish, answer)) ?? trouble
    }
    if (trouble !== undefined) throw new Error(trouble)
  }

  /** Answers what went wrong, for all to wait a little. */
  async function give(feed: Feed, wish: Wish, answer: FetchedPartition): Promise<string | undefined> {
    const { topic, partition } = feed
    if (answer.code === errorCode.offsetOutOfRange) {
      const { start, end } = await endsOf(topic, partition)
      const nextOffset = Math.min(Math.max(wish.offset, start), end)
      deliver(feed, wish, { records: [], nextOffset })
      return undefined
    }
    if (movedLeader.has(answer.code)) void lookForLeaders()
    await refusals.tellOfCode(answer.code, onTopics('READ', [topic]), { topic, partition })
    if (answer.code !== 0) return `${topic}/${partition}: ${codeText(answer.code)}`
    if (answer.bytes.length > 0)
      deliver(feed, wish, readBatches({ topic, partition, bytes: answer.bytes, aborted: answer.aborted }, wish.offset))
    return undefined
  }

  function deliver(feed: Feed, wish: Wish, { records, nextOffset }: ReadBatches): void {
    const delivery = feed.take(wish, records, nextOffset)
    if (delivery !== undefined) feed.deliver(delivery, wish)
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
      feeds.add(feed)
      poke()
    },
    remove: (feed) => void feeds.delete(feed),
    poke,
  }
}
