import { randomUUID } from 'node:crypto'
import { createBackoff, untilAborted, within } from '../kafka/backoff.ts'
import { errorText } from '../kafka/kafka-errors.ts'
import { onTopics, readGroup } from '../kafka/missing-right.ts'
import type { Refusals } from '../kafka/refusals.ts'
import type { TopicCatalog } from '../kafka/topic-catalog.ts'
import type { LaneName } from '../local-storage.ts'
import type { LaneOwner, LanePosition, LogLane, Membership, PartitionEnds } from '../log.ts'
import type { LogListener } from '../log-listener.ts'
import type { Cluster } from './cluster.ts'
import { createCommitQueue } from './commit-queue.ts'
import { createFeed, type Feed } from './feed.ts'
import { fenceLane } from './fence-lane.ts'
import { createFencedLane } from './fenced-lane.ts'
import { createFetcher } from './fetcher.ts'
import { findWritten } from './find-written.ts'
import { joinGroup } from './group-member.ts'
import { createTopicLookup } from './topic-lookup.ts'
import { createTransactor } from './transactor.ts'
import { coordinatorMs } from './wire/broker-connection.ts'
import { codeText, errorCode, movedCoordinator } from './wire/error-codes.ts'
import { type AssignedTopic, offsetFetchCall } from './wire/group-calls.ts'

export interface FencedMembershipOptions {
  /** Knows the topics already; closed with the membership. */
  readonly cluster: Cluster
  readonly catalog: TopicCatalog
  readonly endsOf: (topic: string, partition: number) => Promise<PartitionEnds>
  readonly group: string
  readonly topics: readonly string[]
  readonly owner: LaneOwner
  readonly metadataLength: number
  readonly heartbeatIntervalMs: number
  readonly drainTimeoutMs: number
  /** A name that this process has again after a restart and that no other process has at the same time; else one is made up. */
  readonly slot: string | undefined
  readonly listener: LogListener
  readonly refusals: Refusals
}

export interface FencedMembership extends Membership {
  readonly joined: Promise<void>
}

/** A partition from the moment the group gave it to us until it was given back or lost. */
interface Seat {
  readonly name: LaneName
  /** As the group named it: what we own must be told also while no broker knows the topic. */
  readonly topicId: string
  readonly lost: AbortController
  readonly feed: Feed
  lane: LogLane | undefined
  /** The calls to the owner, one after the other. */
  calls: Promise<void>
  leaving: boolean
}

/** Turns what the group assigns into lanes that share one producer and one reader, and lanes into calls to their owner. */
export function startFencedMembership(options: FencedMembershipOptions): FencedMembership {
  const { cluster, group, topics, owner, listener, refusals, catalog, metadataLength, drainTimeoutMs } = options
  let name = options.slot ?? randomUUID()
  const over = new AbortController()
  const seats = new Map<string, Seat>()
  let target: readonly AssignedTopic[] = []
  /** How many partitions the operator was last told of; undefined: he is to be told in any case. */
  let told: number | undefined
  let closed: Promise<void> | undefined

  const fetcher = createFetcher({ cluster, endsOf: options.endsOf, signal: over.signal, listener, refusals })
  const transactor = createTransactor({
    cluster,
    group,
    transactionalId: () => `${group}.${name}`,
    signal: over.signal,
    refusals,
    doubt: catalog.doubt,
  })
  const commits = createCommitQueue({ transactor, member: () => member, signal: over.signal, listener })

  const lose = (key: string, seat: Seat, how: 'closing' | 'lost') => {
    seats.delete(key)
    seat.lost.abort()
    fetcher.remove(seat.feed)
    if (how === 'lost') tellReleased(seat, how)
  }
  const tellReleased = (seat: Seat, how: 'closing' | 'lost'): Promise<void> => {
    if (seat.leaving) return seat.calls
    seat.leaving = true
    seat.calls = seat.calls
      .then(async () => {
        if (seat.lane !== undefined) await owner.released(seat.lane, how)
      })
      .catch((error: unknown) => listener('error', `giving a lane back failed: ${errorText(error)}`, { ...seat.name }))
    return seat.calls
  }
  /** While it drains the group keeps it ours; only then is it told that the partition is free. */
  const giveBack = async (key: string, seat: Seat) => {
    // What is still being opened has nothing to drain, and may never open.
    if (seat.lane !== undefined) await within(drainTimeoutMs, tellReleased(seat, 'closing'))
    seat.lost.abort()
    // Once told that it is free the group gives it to another, and might still take what is on its way from us.
    await commits.idle()
    if (seats.get(key) !== seat) return
    lose(key, seat, 'closing')
    member.tell()
    reconcile()
  }
  const take = (name: LaneName, topicId: string) => {
    const lost = new AbortController()
    const { topic, partition } = name
    const feed = createFeed({ topic, partition, lost: lost.signal, wanting: fetcher.poke })
    const seat: Seat = { name, topicId, lost, feed, lane: undefined, calls: Promise.resolve(), leaving: false }
    seats.set(seatKey(name), seat)
    seat.calls = open(seat)
  }
  const open = async (seat: Seat) => {
    const { name: place, feed } = seat
    const lost = seat.lost.signal
    await untilAborted(fenceLane(cluster, place, { lost, refusals }), lost)
    const position = await positionOf(seat)
    if (position === undefined || lost.aborted) return
    fetcher.add(feed)
    const positionAgain = () => positionOf(seat)
    const confirm = () => untilAborted(member.confirm(), lost)
    const lane = createFencedLane({
      name: place,
      position,
      feed,
      commits,
      catalog,
      metadataLength,
      lost,
      confirm,
      positionAgain,
      find: (written) => findWritten({ cluster, refusals, signal: lost }, written),
      listener,
    })
    seat.lane = lane
    try {
      await owner.assigned(lane)
    } catch (error) {
      listener('error', `a lane was refused by its owner and stands still: ${errorText(error)}`, { ...place })
      seat.lost.abort()
      fetcher.remove(feed)
    }
  }

  /** Read from a coordinator that knows what was committed before it took over. Undefined when the lane is lost first. */
  async function positionOf({ name: place, lost: { signal: lost } }: Seat): Promise<LanePosition | undefined> {
    const backoff = createBackoff(10, 2_000)
    let confirmed = false
    while (!lost.aborted) {
      if (!confirmed) await untilAborted(member.confirm(), lost)
      if (lost.aborted) return undefined
      const found = await readPosition(place).catch(async (error: unknown) => {
        cluster.forgetCoordinator('group', group)
        await refusals.tellOf(error, [], { ...place })
        return errorText(error)
      })
      if (typeof found === 'object') return lost.aborted ? undefined : found
      // After any other answer the next one may be a new coordinator's.
      confirmed = found === openTransaction
      await backoff.wait(lost, (delayMs) => {
        if (delayMs > 500) listener('warn', `opening ${seatKey(place)} again in ${delayMs} ms: ${found}`, { ...place })
      })
    }
    return undefined
  }

  async function readPosition({ topic, partition }: LaneName): Promise<LanePosition | string> {
    const { member: id, epoch } = member.place()
    const connection = await cluster.toCoordinator('group', group, 'commit')
    const call = offsetFetchCall({ group, member: id, epoch, topic, partition })
    const { code, offset, metadata } = await connection.request(call, coordinatorMs)
    if (code === 0) return offset < 0 ? { offset: null, metadata: '' } : { offset, metadata }
    if (movedCoordinator.has(code)) cluster.forgetCoordinator('group', group)
    const refusal = await refusals.ofCode(code, [...readGroup(group), ...onTopics('DESCRIBE', [topic])])
    if (refusal !== undefined) throw refusal
    // Somebody's transaction may still change it: he ends it, or the broker does when its time is up.
    return code === errorCode.unstableOffset ? openTransaction : codeText(code)
  }

  /** Of what the group wants here: whose lanes cannot be opened yet. */
  const unnamed = (): string[] =>
    closed === undefined ? target.flatMap(({ topicId }) => (cluster.topicName(topicId) === undefined ? [topicId] : [])) : []
  const lookup = createTopicLookup({
    cluster,
    missing: unnamed,
    asked() {
      if (reconcile()) member.tell()
    },
    late: (ids) =>
      listener('warn', `${group} has partitions of a topic that no broker has named yet, and waits for that: ${ids.join(', ')}`, {
        group,
      }),
    signal: over.signal,
  })
  /** True when partitions were taken. */
  const reconcile = (): boolean => {
    if (over.signal.aborted || closed !== undefined) return false
    const wanted = new Map(
      target.flatMap(({ topicId, partitions }) => {
        const topic = cluster.topicName(topicId)
        if (topic === undefined) return []
        return partitions.map((partition) => {
          const name: LaneName = { group, topic, partition }
          return [seatKey(name), { name, topicId }] as const
        })
      }),
    )
    if (unnamed().length > 0) lookup.start()
    if (wanted.size !== told) listener('info', `${group} has ${wanted.size} partitions here`, { group, partitions: wanted.size })
    told = wanted.size
    for (const [key, seat] of [...seats]) if (!wanted.has(key) && !seat.leaving) void giveBack(key, seat)
    const free = [...wanted].filter(([key]) => !seats.has(key))
    for (const [, { name, topicId }] of free) take(name, topicId)
    return free.length > 0
  }
  const member = joinGroup({
    cluster,
    group,
    topics,
    member: () => name,
    takesOver: options.slot !== undefined,
    heartbeatIntervalMs: options.heartbeatIntervalMs,
    rebalanceTimeoutMs: drainTimeoutMs * 2,
    owned: () => ownedTopics(seats.values()),
    assigned(assignment) {
      target = assignment
      told = undefined
      if (reconcile()) member.tell()
    },
    fenced() {
      target = []
      // Another process may have been given the name: from now on both live.
      if (options.slot !== undefined) name = randomUUID()
      for (const [key, seat] of [...seats]) lose(key, seat, 'lost')
    },
    listener,
    refusals,
  })

  const close = async () => {
    for (const [key, seat] of [...seats]) if (seat.lane === undefined) lose(key, seat, 'closing')
    const closing = [...seats.values()].map((seat) => tellReleased(seat, 'closing'))
    await within(drainTimeoutMs, Promise.all(closing))
    for (const [key, seat] of [...seats]) lose(key, seat, 'closing')
    // Cut off, it would stay open until the broker gives it up, and hold up every reader of what it wrote to.
    await within(leaveMs, commits.idle())
    await within(leaveMs, member.leave())
    over.abort()
    cluster.close()
  }
  return {
    joined: member.joined,
    close() {
      closed ??= close()
      return closed
    },
  }
}

const leaveMs = 5_000
const openTransaction = 'a transaction is open on it'

function ownedTopics(seats: Iterable<Seat>): AssignedTopic[] {
  const byTopic = Map.groupBy(seats, ({ topicId }) => topicId)
  return Array.from(byTopic, ([topicId, its]) => ({ topicId, partitions: its.map(({ name }) => name.partition) }))
}

function seatKey({ topic, partition }: LaneName): string {
  return `${topic}/${partition}`
}
