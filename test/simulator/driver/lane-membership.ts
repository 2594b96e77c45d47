import type { Assignment } from '@leadline/log/sticky-assignment'
import { laneKey } from '../broker/transactions.ts'
import { startGroupMember } from './group-member.ts'
import { createModelledLane, type ModelledLane } from './lane.ts'
import { drainTimeoutMs, type MembershipOptions, type ModelledMembership, once } from './membership.ts'
import { openProducer } from './producer.ts'

/** A partition that the group gave us, from then on until it is taken away. */
interface Seat {
  readonly name: { readonly group: string; readonly topic: string; readonly partition: number }
  readonly gone: AbortController
  lane: ModelledLane | undefined
  calls: Promise<void>
  released: boolean
}

/** Turns what the group assigns into lanes as the Kafka driver does: kept lanes stay, lost ones are told, new ones fence and open. */
export function startLaneMembership({ connection, number, group, topics, owner }: MembershipOptions): ModelledMembership {
  const { host, cluster } = connection
  const seats = new Map<string, Seat>()
  let knownAs = ''
  let closed: Promise<void> | undefined

  function release(seat: Seat, how: 'closing' | 'lost'): void {
    if (seat.released) return
    seat.released = true
    const told = seat.calls.then(async () => {
      if (seat.lane !== undefined) await owner.released(seat.lane, how)
    })
    seat.calls = told.catch((error: unknown) => cluster.problem('a lane could not be given back', error))
  }

  function lose(key: string, seat: Seat): void {
    seats.delete(key)
    seat.gone.abort()
    release(seat, 'lost')
  }

  function take(name: Seat['name']): void {
    const seat: Seat = { name, gone: new AbortController(), lane: undefined, calls: Promise.resolve(), released: false }
    seats.set(laneKey(name), seat)
    seat.calls = openSeat(seat)
  }

  async function openSeat(seat: Seat): Promise<void> {
    const producer = await openProducer(connection, seat.name, seat.gone.signal)
    if (producer === undefined) return
    const openAgain = async () => {
      await Promise.race([member.confirm(), once(seat.gone.signal)])
      return openProducer(connection, seat.name, seat.gone.signal)
    }
    seat.lane = createModelledLane({ connection, name: seat.name, producer, lost: seat.gone.signal, openAgain })
    cluster.witness.assigned(seat.name, host.name)
    try {
      await owner.assigned(seat.lane)
    } catch {
      // The owner reports its own errors.
      seat.gone.abort()
    }
  }

  function assigned(assignment: Assignment, memberId: string): void {
    const names = Object.entries(assignment).flatMap(([topic, partitions]) =>
      partitions.map((partition) => ({ group, topic, partition })),
    )
    const ours = new Set(names.map(laneKey))
    // Under a new name we were out of the group for a while: somebody else may have had every lane.
    const stay = memberId === knownAs
    knownAs = memberId
    for (const [key, seat] of [...seats]) if (!stay || !ours.has(key)) lose(key, seat)
    for (const name of names) if (!seats.has(laneKey(name))) take(name)
  }

  function owned(): Assignment {
    const assignment: Assignment = {}
    for (const { name } of seats.values()) assignment[name.topic] = [...(assignment[name.topic] ?? []), name.partition]
    return assignment
  }

  const member = startGroupMember({
    host,
    number,
    network: cluster.network,
    groups: cluster.groups,
    random: cluster.random,
    group,
    topics,
    owned,
    assigned,
  })

  async function close(): Promise<void> {
    const closing = [...seats.values()]
    for (const seat of closing) release(seat, 'closing')
    await Promise.race([Promise.all(closing.map((seat) => seat.calls)), host.sleep(drainTimeoutMs, 'drain timeout')])
    for (const [key, seat] of [...seats]) lose(key, seat)
    await member.leave()
  }

  return {
    joined: member.joined,
    close: () => {
      closed ??= close()
      return closed
    },
  }
}
