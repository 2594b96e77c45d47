import type { Assignment } from '@leadline/log/sticky-assignment'
import type { Groups } from '../broker/groups.ts'
import type { Network } from '../broker/network.ts'
import { Refusal } from '../broker/refusal.ts'
import type { Host } from '../kernel/host.ts'
import type { Random } from '../kernel/random.ts'
import { startAttendance } from './attendance.ts'

/** Membership of a group as the Kafka driver keeps it. Heartbeats that would say nothing are left out. */
export interface GroupMember {
  readonly joined: Promise<void>
  /** Resolves when the coordinator has once more confirmed what is ours. */
  confirm(): Promise<void>
  leave(): Promise<void>
}

export interface GroupMemberOptions {
  readonly host: Host
  /** Tells members of one process apart. */
  readonly number: number
  readonly network: Network
  readonly groups: Groups
  readonly random: Random
  readonly group: string
  readonly topics: readonly string[]
  readonly owned: () => Assignment
  readonly assigned: (assignment: Assignment, memberId: string) => void
}

export function startGroupMember(options: GroupMemberOptions): GroupMember {
  const { host, number, network, groups, random, group, topics } = options
  const joined = Promise.withResolvers<void>()
  let names = 0
  let memberId = newName()
  let known = false
  let generation = 0
  let knownAs = ''
  let left = false
  let confirmations: (() => void)[] = []

  function newName(): string {
    return `${host.name}.${number}-${++names}`
  }

  const poke = startAttendance({
    ...{ host, random, beat },
    isAwaited: () => confirmations.length > 0,
    hasLeft: () => left,
  })

  host.watch((state) => {
    if (state === 'silent') groups.silent(group, memberId)
    // Whoever has left is not heard of again: his session ends, should his leave have been lost.
    else if (!left) {
      groups.heard(group, memberId)
      poke()
    }
  })

  const ask = <T>(what: string, work: () => T | Promise<T>): Promise<T> =>
    network.call({ from: host, to: 'groups', what: `${what} ${group}`, work })

  async function beat(): Promise<void> {
    const asked = [...confirmations]
    const answer = known ? await ask('heartbeat', () => groups.heartbeat(group, memberId, generation)) : 'rebalancing'
    if (left) return
    if (answer === 'unknown') memberId = newName()
    if (answer !== 'stable') await join().catch(forgetWhenExpelled)
    confirmations = confirmations.filter((resolve) => !asked.includes(resolve))
    for (const resolve of asked) resolve()
  }

  function forgetWhenExpelled(error: unknown): never {
    if (error instanceof Refusal && error.type === 'UNKNOWN_MEMBER_ID') memberId = newName()
    throw error
  }

  async function join(): Promise<void> {
    const returning = memberId === knownAs
    const candidate = {
      memberId,
      returning,
      topics,
      // Whoever was out of the group has lost what it had, and must not claim it from who has it now.
      owned: returning ? options.owned() : {},
      poke: () => host.after(0, 'poke', poke),
    }
    const joint = await ask('join', () => {
      const joining = groups.join(group, candidate)
      // Whoever died, froze or left on the way is a member all the same, until its session ends.
      if (host.state !== 'up' || left) groups.silent(group, candidate.memberId)
      return joining
    })
    if (left) return
    known = true
    knownAs = memberId
    generation = joint.generation
    options.assigned(joint.assignment, memberId)
    joined.resolve()
  }

  poke()
  return {
    joined: joined.promise,
    confirm: () =>
      new Promise((resolve) => {
        confirmations.push(resolve)
        poke()
      }),
    leave: async () => {
      left = true
      await ask('leave', () => groups.leave(group, memberId)).catch(() => groups.silent(group, memberId))
    },
  }
}
