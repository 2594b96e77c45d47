import { type Assignment, assignSticky } from '@leadline/log/sticky-assignment'
import type { Random } from '../kernel/random.ts'
import type { Timeline } from '../kernel/timeline.ts'
import { sessionTimeoutMs } from './groups.ts'
import { Refusal } from './refusal.ts'

/** The coordinator of groups as KIP-848 has them: it decides who gets what, and gives nothing away that its owner has not given back. */
export interface ConsumerGroups {
  /** Throws FENCED_MEMBER_EPOCH or UNKNOWN_MEMBER_ID: the group has gone on without this member. */
  heartbeat(group: string, beat: Heartbeat): HeartbeatAnswer
  leave(group: string, memberId: string): void
  /** No heartbeat comes from the member any more: it is expelled after its session, unless it is heard of before. */
  silent(group: string, memberId: string): void
  heard(group: string, memberId: string): void
  /** Throws STALE_MEMBER_EPOCH or UNKNOWN_MEMBER_ID unless the member is in the group with this very epoch. */
  check(group: string, memberId: string, epoch: number): void
}

export interface Heartbeat {
  readonly memberId: string
  /** 0: it wants to join. */
  readonly epoch: number
  readonly topics: readonly string[]
  /** null: nothing has changed. */
  readonly owned: Assignment | null
  /** Called when the member has something to learn at its next heartbeat. */
  readonly poke: () => void
}

export interface HeartbeatAnswer {
  readonly epoch: number
  readonly assignment: Assignment
}

interface Member {
  epoch: number
  previousEpoch: number
  topics: readonly string[]
  poke: () => void
  assigned: Set<string>
  /** Told to give back, and not heard yet that it has. */
  revoking: Set<string>
  cancelExpiry: (() => void) | null
  cancelRevocation: (() => void) | null
}

interface Group {
  readonly members: Map<string, Member>
  readonly targets: Map<string, Set<string>>
  epoch: number
}

const revocationTimeoutMs = 40_000

export interface ConsumerGroupsOptions {
  readonly timeline: Timeline
  readonly random: Random
  readonly isAway: () => boolean
  readonly partitionsOf: (topic: string) => number
  readonly count: (fault: string) => void
}

export function createConsumerGroups(options: ConsumerGroupsOptions): ConsumerGroups {
  const { timeline, random, isAway, partitionsOf, count } = options
  const groups = new Map<string, Group>()

  function groupOf(name: string): Group {
    const found = groups.get(name) ?? { members: new Map(), targets: new Map(), epoch: 0 }
    groups.set(name, found)
    return found
  }

  /** The members are others than before: everybody's target is, too. */
  function retarget(group: Group): void {
    group.epoch++
    count('rebalance')
    const states = [...group.members].map(([id, { topics, assigned }]) => ({ id, topics, owned: toAssignment(assigned) }))
    const topics = new Set(states.flatMap((state) => state.topics))
    const shares = assignSticky(states, new Map([...topics].map((topic) => [topic, partitionsOf(topic)])))
    group.targets.clear()
    for (const [id, share] of shares) group.targets.set(id, fromAssignment(share))
    pokeAll(group)
  }

  function pokeAll({ members }: Group): void {
    for (const { poke } of members.values()) poke()
  }

  function remove(name: string, memberId: string): void {
    const group = groupOf(name)
    const member = group.members.get(memberId)
    if (member === undefined) return
    member.cancelExpiry?.()
    member.cancelRevocation?.()
    group.members.delete(memberId)
    if (group.members.size > 0) retarget(group)
  }

  function expire(name: string, memberId: string): void {
    const member = groupOf(name).members.get(memberId)
    if (member === undefined) return
    // A coordinator that was away gives everybody a new session.
    if (isAway()) {
      member.cancelExpiry = timeline.schedule(sessionTimeoutMs, 'session', () => expire(name, memberId))
      return
    }
    count('session expired')
    const { poke } = member
    remove(name, memberId)
    poke()
  }

  function join(name: string, { memberId, topics, poke }: Heartbeat): Member {
    const group = groupOf(name)
    const member: Member = {
      ...{ epoch: 0, previousEpoch: 0, topics, poke, assigned: new Set(), revoking: new Set() },
      cancelExpiry: null,
      cancelRevocation: null,
    }
    group.members.set(memberId, member)
    retarget(group)
    return member
  }

  /** One step towards the target: first what is too much is given back, then what is free is taken. */
  function reconcile(name: string, memberId: string, member: Member): void {
    const group = groupOf(name)
    if (member.revoking.size > 0) return
    const target = group.targets.get(memberId) ?? new Set()
    const tooMuch = [...member.assigned].filter((partition) => !target.has(partition))
    if (tooMuch.length > 0) {
      member.revoking = new Set(tooMuch)
      for (const partition of tooMuch) member.assigned.delete(partition)
      member.cancelRevocation = timeline.schedule(revocationTimeoutMs, 'revocation timeout', () => {
        count('revocation timed out')
        remove(name, memberId)
      })
      return
    }
    const taken = new Set([...group.members.values()].flatMap(({ assigned, revoking }) => [...assigned, ...revoking]))
    for (const partition of target) if (!taken.has(partition)) member.assigned.add(partition)
    if (member.epoch !== group.epoch) advance(member, group.epoch)
  }

  function advance(member: Member, epoch: number): void {
    member.previousEpoch = member.epoch
    member.epoch = epoch
  }

  return {
    heartbeat: (name, beat) => {
      const { memberId, epoch, owned } = beat
      const group = groupOf(name)
      const member = group.members.get(memberId) ?? (epoch === 0 ? join(name, beat) : undefined)
      if (member === undefined) throw new Refusal('UNKNOWN_MEMBER_ID')
      if (epoch > member.epoch || (epoch < member.epoch && !missedAnswer(member, beat))) throw new Refusal('FENCED_MEMBER_EPOCH')
      member.poke = beat.poke
      if (owned !== null && member.revoking.size > 0 && fromAssignment(owned).isDisjointFrom(member.revoking)) {
        member.revoking.clear()
        member.cancelRevocation?.()
        // At once, however far its target has moved on: what it sent while it had them must not be taken any more.
        advance(member, member.epoch + 1)
        pokeAll(group)
      }
      reconcile(name, memberId, member)
      return { epoch: member.epoch, assignment: toAssignment(member.assigned) }
    },
    leave: remove,
    silent: (name, memberId) => {
      const member = groupOf(name).members.get(memberId)
      if (member === undefined || member.cancelExpiry !== null) return
      const delayMs = sessionTimeoutMs - random.int(0, 500)
      member.cancelExpiry = timeline.schedule(delayMs, 'session', () => expire(name, memberId))
    },
    heard: (name, memberId) => {
      const member = groupOf(name).members.get(memberId)
      member?.cancelExpiry?.()
      if (member !== undefined) member.cancelExpiry = null
    },
    check: (name, memberId, epoch) => {
      const member = groupOf(name).members.get(memberId)
      if (member === undefined) throw new Refusal('UNKNOWN_MEMBER_ID')
      if (member.epoch !== epoch) throw new Refusal('STALE_MEMBER_EPOCH')
    },
  }
}

/** It may come with the epoch before, when all that it has is still its own: it has not heard the answer. */
function missedAnswer(member: Member, { epoch, owned }: Heartbeat): boolean {
  return epoch === member.previousEpoch && owned !== null && fromAssignment(owned).isSubsetOf(member.assigned)
}

function fromAssignment(assignment: Assignment): Set<string> {
  return new Set(Object.entries(assignment).flatMap(([topic, numbers]) => numbers.map((number) => `${topic}/${number}`)))
}

function toAssignment(partitions: ReadonlySet<string>): Assignment {
  const assignment: Assignment = {}
  for (const name of partitions) {
    const slash = name.lastIndexOf('/')
    const topic = name.slice(0, slash)
    assignment[topic] = [...(assignment[topic] ?? []), Number(name.slice(slash + 1))]
  }
  return assignment
}
