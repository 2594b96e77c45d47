import type { LaneName } from '../local-storage.ts'
import type { LaneOwner, Membership } from '../log.ts'
import type { LogListener } from '../log-listener.ts'
import { createBackoff, untilAborted, within } from './backoff.ts'
import { startGroupMember } from './group-member.ts'
import type { KafkaAdmin } from './kafka-admin.ts'
import type { KafkaConnection } from './kafka-client.ts'
import { errorText } from './kafka-errors.ts'
import { createKafkaLane, type KafkaLane } from './kafka-lane.ts'
import { type LaneProducer, laneTransactionalId, openLaneProducer } from './lane-producer.ts'
import { onTopics, toCommit } from './missing-right.ts'
import { createPartitionReader } from './partition-reader.ts'
import type { Assignment } from './sticky-assignment.ts'
import type { TopicCatalog } from './topic-catalog.ts'

export interface KafkaMembershipOptions {
  readonly connection: KafkaConnection
  readonly admin: KafkaAdmin
  readonly catalog: TopicCatalog
  readonly group: string
  readonly topics: readonly string[]
  readonly owner: LaneOwner
  readonly metadataLength: number
  readonly sessionTimeoutMs: number
  readonly heartbeatIntervalMs: number
  /** How long an owner may drain a lane when the membership closes. */
  readonly drainTimeoutMs: number
  readonly listener: LogListener
}

export interface KafkaMembership extends Membership {
  /** Resolves at the first join; rejects when the membership is closed before. */
  readonly joined: Promise<void>
}

/** A partition that the group gave us, from then on until it is taken away. */
interface Seat {
  readonly name: LaneName
  readonly gone: AbortController
  lane: KafkaLane | undefined
  /** The calls to the owner, one after the other. */
  calls: Promise<void>
  released: boolean
}

/** Turns what the group assigns into lanes, and lanes into calls to their owner. */
export function startKafkaMembership(options: KafkaMembershipOptions): KafkaMembership {
  const { group, owner, listener } = options
  const seats = new Map<string, Seat>()
  let knownAs = ''
  let closed: Promise<void> | undefined

  const release = (seat: Seat, how: 'closing' | 'lost') => {
    if (seat.released) return
    seat.released = true
    const told = seat.calls.then(async () => {
      if (seat.lane !== undefined) await owner.released(seat.lane, how)
    })
    seat.calls = told.catch((error: unknown) =>
      listener('error', `giving a lane back failed: ${errorText(error)}`, { ...seat.name }),
    )
  }
  const lose = (key: string, seat: Seat) => {
    seats.delete(key)
    seat.gone.abort()
    seat.lane?.close()
    release(seat, 'lost')
  }
  const take = (name: LaneName) => {
    const seat: Seat = { name, gone: new AbortController(), lane: undefined, calls: Promise.resolve(), released: false }
    seats.set(seatKey(name), seat)
    seat.calls = openSeat(seat)
  }
  const openSeat = async (seat: Seat) => {
    const producer = await openWithPatience(options, seat)
    if (producer === undefined) return
    seat.lane = createKafkaLane({
      name: seat.name,
      producer,
      reader: createPartitionReader(options.connection, seat.name.topic, seat.name.partition),
      catalog: options.catalog,
      metadataLength: options.metadataLength,
      lost: seat.gone.signal,
      openAgain: () => openAgain(seat),
      listener,
      refusals: options.connection.refusals,
    })
    try {
      await owner.assigned(seat.lane)
    } catch (error) {
      const told = `a lane was refused by its owner and stands still: ${errorText(error)}`
      listener(seat.released ? 'debug' : 'error', told, { ...seat.name })
      seat.gone.abort()
      seat.lane.close()
    }
  }
  const openAgain = async (seat: Seat) => {
    await untilAborted(member.confirm(), seat.gone.signal)
    return openWithPatience(options, seat)
  }
  const assigned = (assignment: Assignment, memberId: string) => {
    const names = Object.entries(assignment).flatMap(([topic, partitions]) =>
      partitions.map((partition) => ({ group, topic, partition })),
    )
    const ours = new Set(names.map(seatKey))
    // Under a new name we were out of the group for a while: somebody else may have had every lane.
    const stay = memberId === knownAs
    knownAs = memberId
    for (const [key, seat] of [...seats]) if (!stay || !ours.has(key)) lose(key, seat)
    for (const name of names) if (!seats.has(seatKey(name))) take(name)
    listener('info', `${group} has ${names.length} partitions here`, { group, partitions: names.length })
  }
  const owned = () => {
    const assignment: Assignment = {}
    for (const { name } of seats.values()) assignment[name.topic] = [...(assignment[name.topic] ?? []), name.partition]
    return assignment
  }
  const member = startGroupMember({ ...options, owned, assigned })

  const close = async () => {
    // What is still being opened has nothing to drain, and may never open.
    for (const [key, seat] of [...seats]) if (seat.lane === undefined) lose(key, seat)
    const closing = [...seats.values()]
    for (const seat of closing) release(seat, 'closing')
    await within(options.drainTimeoutMs, Promise.all(closing.map((seat) => seat.calls)))
    for (const [key, seat] of [...seats]) lose(key, seat)
    await member.leave()
  }
  return {
    joined: member.joined,
    close() {
      closed ??= close()
      return closed
    },
  }
}

/** Opens the producer of a seat, trying again until that works or the seat is gone. */
async function openWithPatience(options: KafkaMembershipOptions, { name, gone }: Seat): Promise<LaneProducer | undefined> {
  const backoff = createBackoff(50, 5_000)
  while (!gone.signal.aborted) {
    try {
      const producer = await openLaneProducer({ connection: options.connection, admin: options.admin, lane: name })
      if (!gone.signal.aborted) return producer
      producer.close()
    } catch (error) {
      if (gone.signal.aborted) return undefined
      const { group, topic, partition } = name
      const { refusals } = options.connection
      const needed = [...onTopics('READ', [topic]), ...toCommit(group, laneTransactionalId(name))]
      const refusal = await refusals.tellOf(error, needed, { ...name })
      const level = refusal === undefined ? 'warn' : 'debug'
      await backoff.wait(gone.signal, (delayMs) =>
        options.listener(level, `opening ${topic}/${partition} again in ${delayMs} ms: ${errorText(error)}`, { ...name }),
      )
    }
  }
  return undefined
}

function seatKey({ topic, partition }: LaneName): string {
  return `${topic}/${partition}`
}
