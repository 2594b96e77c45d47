import { createLocalLane, type LocalLane } from './local-lane.ts'
import type { LocalStorage } from './local-storage.ts'
import type { LaneOwner, Membership } from './log.ts'
import type { PlaceRecord } from './place-records.ts'

/**
 * What a lane's owner is told when another member is to have the lane: `closing` lets it drain first,
 * `lost` is what happens on Kafka, where nobody waits.
 */
export type Handover = 'closing' | 'lost'

export interface LocalGroups {
  join(group: string, topics: readonly string[], owner: LaneOwner): LocalMembership
}

export interface LocalMembership extends Membership {
  /** The member is gone without a word: its lanes are lost and given to others. */
  expel(): void
}

interface Member {
  readonly topics: ReadonlySet<string>
  readonly owner: LaneOwner
  handover: Handover
}

/** Who has a lane, and the calls to its owner one after the other. */
interface Holder {
  readonly member: Member
  readonly lane: LocalLane
  calls: Promise<void>
  released: boolean
}

/** One partition of one group: who has it, who is to have it. */
interface Seat {
  target: Member | undefined
  holder: Holder | undefined
  turn: Promise<void>
}

interface Group {
  readonly members: Set<Member>
  readonly seats: Map<string, Seat>
}

/** Groups whose members are all in this process: shares lanes among members, each lane with one owner at a time. */
export function createLocalGroups(storage: LocalStorage, place: PlaceRecord, handover: Handover): LocalGroups {
  const groups = new Map<string, Group>()

  const rebalance = (name: string, group: Group) => {
    const subscribed = new Set([...group.members].flatMap((member) => [...member.topics]))
    for (const [index, topic] of [...subscribed].sort().entries()) {
      const members = [...group.members].filter((member) => member.topics.has(topic))
      for (let partition = 0; partition < (storage.shape(topic)?.partitions ?? 0); partition++) {
        const seat = seatOf(group, `${topic}/${partition}`)
        seat.target = members[(index + partition) % members.length]
        settleInTurn(seat, () => createLocalLane({ name: { group: name, topic, partition }, storage, place }))
      }
    }
    for (const [key, seat] of group.seats) {
      if (subscribed.has(key.slice(0, key.lastIndexOf('/')))) continue
      seat.target = undefined
      settleInTurn(seat, undefined)
    }
  }

  return {
    join(name, topics, owner) {
      const group = groups.get(name) ?? { members: new Set(), seats: new Map() }
      groups.set(name, group)
      const member: Member = { topics: new Set(topics), owner, handover }
      const leave = (how: Handover) => {
        if (!group.members.delete(member)) return
        member.handover = how
        rebalance(name, group)
      }
      group.members.add(member)
      rebalance(name, group)
      return {
        async close() {
          const held = [...group.seats.values()].flatMap((seat) => (seat.holder?.member === member ? [seat.holder] : []))
          leave('closing')
          await Promise.all([...group.seats.values()].map((seat) => seat.turn))
          await Promise.all(held.map((holder) => holder.calls))
        },
        expel: () => leave('lost'),
      }
    },
  }
}

function seatOf(group: Group, key: string): Seat {
  const seat = group.seats.get(key) ?? { target: undefined, holder: undefined, turn: Promise.resolve() }
  group.seats.set(key, seat)
  return seat
}

function settleInTurn(seat: Seat, openLane: (() => LocalLane) | undefined): void {
  const { holder } = seat
  // A lost lane is fenced at once, even while its owner is still busy taking it.
  if (holder !== undefined && holder.member !== seat.target && holder.member.handover === 'lost') {
    holder.lane.fence()
    release(holder, 'lost')
    seat.holder = undefined
  }
  seat.turn = seat.turn.then(() => settle(seat, openLane))
}

async function settle(seat: Seat, openLane: (() => LocalLane) | undefined): Promise<void> {
  const { holder } = seat
  if (holder !== undefined && holder.member !== seat.target) {
    release(holder, 'closing')
    await holder.calls
    holder.lane.fence()
    if (seat.holder === holder) seat.holder = undefined
  }
  const { target } = seat
  if (seat.holder !== undefined || target === undefined || openLane === undefined) return
  const lane = openLane()
  const calls = Promise.resolve().then(() => assign(target.owner, lane))
  seat.holder = { member: target, lane, calls, released: false }
}

function release(holder: Holder, how: Handover): void {
  if (holder.released) return
  holder.released = true
  holder.calls = holder.calls.then(() => quietly(() => holder.member.owner.released(holder.lane, how)))
}

async function assign(owner: LaneOwner, lane: LocalLane): Promise<void> {
  try {
    await owner.assigned(lane)
  } catch {
    lane.fence()
  }
}

/** An owner that fails while giving a lane back cannot keep it from the next one. */
async function quietly(call: () => Promise<void>): Promise<void> {
  try {
    await call()
  } catch {
    // the owner reports its own errors
  }
}
