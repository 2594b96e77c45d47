import type { LanePosition, LogLane } from '@leadline/log'
import { createCommitQueue, type Pace } from '@leadline/log/commit-queue'
import { createFencedLane } from '@leadline/log/fenced-lane'
import type { Assignment } from '@leadline/log/sticky-assignment'
import { bytesOf } from '../broker/cluster.ts'
import { isReadable } from '../broker/partition.ts'
import { Refusal } from '../broker/refusal.ts'
import { type LaneName, laneKey } from '../broker/transactions.ts'
import type { Connection } from './connection.ts'
import { startFencedMember } from './fenced-member.ts'
import { createFeed } from './lane.ts'
import { drainTimeoutMs, type MembershipOptions, type ModelledMembership, once } from './membership.ts'
import { createModelledTransactor } from './transactor.ts'

/** A partition from the moment the group gave it to us until it was given back or lost. */
interface Seat {
  readonly name: LaneName
  readonly lost: AbortController
  lane: LogLane | undefined
  calls: Promise<void>
  leaving: boolean
}

/**
 * The lanes and the commit queue of the driver that the group fences, as they are, between a modelled membership and a modelled producer.
 * All processes of a run are of this kind: the producers that lanes would have otherwise are left out.
 */
export function startFencedMembership(options: MembershipOptions): ModelledMembership {
  const { connection, number, group, topics, metadataLength, owner } = options
  const { host, cluster } = connection
  const over = new AbortController()
  const seats = new Map<string, Seat>()
  let target: Assignment = {}
  let closed: Promise<void> | undefined

  const transactor = createModelledTransactor({
    ...{ connection, group, over: over.signal },
    transactionalId: `${group}.${host.name}.${number}`,
  })
  const commits = createCommitQueue({
    ...{ transactor, member: () => member, signal: over.signal },
    listener: () => {},
    pace: paceOf(connection),
  })

  function lose(key: string, seat: Seat, how: 'closing' | 'lost'): void {
    seats.delete(key)
    seat.lost.abort()
    if (how === 'lost') void tellReleased(seat, how)
  }

  function tellReleased(seat: Seat, how: 'closing' | 'lost'): Promise<void> {
    if (seat.leaving) return seat.calls
    seat.leaving = true
    const told = seat.calls.then(async () => {
      if (seat.lane !== undefined) await owner.released(seat.lane, how)
    })
    seat.calls = told.catch((error: unknown) => cluster.problem('a lane could not be given back', error))
    return seat.calls
  }

  /** While it drains the group keeps it ours; only then is it told that the partition is free. */
  async function giveBack(key: string, seat: Seat): Promise<void> {
    await Promise.race([tellReleased(seat, 'closing'), host.sleep(drainTimeoutMs, 'drain timeout')])
    seat.lost.abort()
    await commits.idle()
    if (seats.get(key) !== seat) return
    lose(key, seat, 'closing')
    member.tell()
    reconcile()
  }

  function take(name: LaneName): void {
    const seat: Seat = { name, lost: new AbortController(), lane: undefined, calls: Promise.resolve(), leaving: false }
    seats.set(laneKey(name), seat)
    seat.calls = open(seat)
  }

  async function open(seat: Seat): Promise<void> {
    const { name, lost } = seat
    // Whoever opens a lane knows nothing by which he could tell that a position is old: that is for the brokers to get right.
    const position = await positionOf(seat, cluster.transactions.position)
    if (position === undefined) return
    const lane = createFencedLane({
      ...{ name, position, commits, lost: lost.signal },
      feed: createFeed({ connection, name, lost: lost.signal }),
      catalog: catalogOf(connection),
      metadataLength,
      confirm: () => Promise.race([member.confirm(), once(lost.signal)]),
      positionAgain: () => positionOf(seat, cluster.transactions.toldPosition),
      find: (written) => find(written, lost.signal),
      listener: () => {},
    })
    seat.lane = {
      ...lane,
      commit: (next) => {
        cluster.witness.committing(name, next)
        return lane.commit(next)
      },
    }
    cluster.witness.assigned(name, host.name)
    try {
      await owner.assigned(seat.lane)
    } catch {
      // The owner reports its own errors.
      lost.abort()
    }
  }

  /** Undefined when the lane is lost first. */
  async function positionOf(
    { name, lost: { signal: lost } }: Seat,
    told: (lane: LaneName) => LanePosition,
  ): Promise<LanePosition | undefined> {
    for (let waitMs = 10; !lost.aborted; waitMs = Math.min(waitMs * 2, 2_000)) {
      await Promise.race([member.confirm(), once(lost)])
      const found = await readPosition(name, told).catch(() => undefined)
      if (lost.aborted) return undefined
      if (found !== undefined) return found
      await host.sleep(waitMs * (0.5 + cluster.random.next()), 'open again')
    }
    return undefined
  }

  /** As the driver does, without its patience: what is open here ends. */
  async function find({ topic, partition: number, offset }: Place, lost: AbortSignal): Promise<'there' | 'gone' | 'untold'> {
    const partition = cluster.partition(topic, number)
    const work = () => (partition.stable > offset ? partition.stored.find(({ record }) => record.offset === offset) : 'open')
    while (!lost.aborted) {
      const found = await cluster.network.call({ from: host, to: partition.broker, what: `find ${topic}/${number}`, work })
      if (found === undefined) return 'gone'
      if (found !== 'open') return partition.start > offset || found.compacted ? 'untold' : isReadable(found) ? 'there' : 'gone'
      await host.sleep(cluster.random.int(5, 200), 'find again')
    }
    return 'untold'
  }

  function readPosition(name: LaneName, told: (lane: LaneName) => LanePosition): Promise<LanePosition> {
    const { member: id, epoch } = member.place()
    const work = (): LanePosition => {
      cluster.consumerGroups.check(group, id, epoch)
      if (!cluster.transactions.isStable(name)) throw new Refusal('UNSTABLE_OFFSET_COMMIT')
      return told(name)
    }
    return cluster.network.call({ from: host, to: 'positions', what: `position ${laneKey(name)}`, work })
  }

  function reconcile(): boolean {
    if (over.signal.aborted || closed !== undefined) return false
    const names = Object.entries(target).flatMap(([topic, numbers]) =>
      numbers.map((partition): LaneName => ({ group, topic, partition })),
    )
    const wanted = new Set(names.map(laneKey))
    for (const [key, seat] of [...seats]) if (!wanted.has(key) && !seat.leaving) void giveBack(key, seat)
    const free = names.filter((name) => !seats.has(laneKey(name)))
    for (const name of free) take(name)
    return free.length > 0
  }

  const member = startFencedMember({
    ...{ connection, number, group, topics },
    owned: () => assignmentOf(seats.values()),
    assigned: (assignment) => {
      target = assignment
      if (reconcile()) member.tell()
    },
    fenced: () => {
      target = {}
      for (const [key, seat] of [...seats]) lose(key, seat, 'lost')
    },
  })

  async function close(): Promise<void> {
    for (const [key, seat] of [...seats]) if (seat.lane === undefined) lose(key, seat, 'closing')
    const closing = [...seats.values()].map((seat) => tellReleased(seat, 'closing'))
    await Promise.race([Promise.all(closing), host.sleep(drainTimeoutMs, 'drain timeout')])
    for (const [key, seat] of [...seats]) lose(key, seat, 'closing')
    await Promise.race([commits.idle(), host.sleep(leaveMs, 'end of the last transaction')])
    await member.leave()
    over.abort()
  }

  return {
    joined: member.joined,
    close: () => {
      closed ??= close()
      return closed
    },
  }
}

type Place = Parameters<Parameters<typeof createFencedLane>[0]['find']>[0]

const leaveMs = 5_000

function catalogOf({ cluster }: Connection): Parameters<typeof createFencedLane>[0]['catalog'] {
  return {
    place: async (records) =>
      cluster.place(records).map(({ partition, sent }) => ({
        ...{ topic: partition.topic, partition: partition.number, record: sent },
        bytes: bytesOf(sent),
        maxMessageBytes: Number.POSITIVE_INFINITY,
      })),
  }
}

function paceOf({ host, cluster }: Connection): Pace {
  return {
    nextTurn: () => host.sleep(0, 'next turn'),
    createBackoff: (firstMs, longestMs) => {
      let nextMs = firstMs
      return {
        wait: async (signal) => {
          const waitMs = nextMs * (0.8 + 0.4 * cluster.random.next())
          nextMs = Math.min(longestMs, nextMs * 2)
          await Promise.race([host.sleep(waitMs, 'commit again'), once(signal)])
        },
        reset: () => {
          nextMs = firstMs
        },
      }
    },
  }
}

function assignmentOf(seats: Iterable<Seat>): Assignment {
  const assignment: Assignment = {}
  for (const { name } of seats) assignment[name.topic] = [...(assignment[name.topic] ?? []), name.partition]
  return assignment
}
