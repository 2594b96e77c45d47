import { type Assignment, assignSticky } from '@leadline/log/sticky-assignment'
import type { Random } from '../kernel/random.ts'
import type { Timeline } from '../kernel/timeline.ts'
import { Refusal } from './refusal.ts'

/** The group coordinator: members, generations and sessions. It knows nothing of lanes. */
export interface Groups {
  /** Resolves when every member has joined, with what is this member's now. */
  join(group: string, candidate: Candidate): Promise<Generation>
  heartbeat(group: string, memberId: string, generation: number): 'stable' | 'rebalancing' | 'unknown'
  leave(group: string, memberId: string): void
  /** No heartbeat comes from the member any more: it is expelled after its session, unless it is heard of before. */
  silent(group: string, memberId: string): void
  heard(group: string, memberId: string): void
  /** Members that the coordinator counts in. */
  size(group: string): number
}

export interface Candidate {
  readonly memberId: string
  /** It was a member under this id already: when the group has expelled it meanwhile, it is told so. */
  readonly returning: boolean
  readonly topics: readonly string[]
  readonly owned: Assignment
  /** Called when the member has something to learn at its next heartbeat. */
  readonly poke: () => void
}

/** One round of sharing out; whoever speaks with the number of an earlier one has missed something. */
export interface Generation {
  readonly generation: number
  readonly assignment: Assignment
}

interface Member {
  candidate: Candidate
  joining: PromiseWithResolvers<Generation> | null
  cancelExpiry: (() => void) | null
}

interface Group {
  readonly members: Map<string, Member>
  rebalancing: boolean
  generation: number
  cancelRebalance: () => void
}

export const sessionTimeoutMs = 10_000
const rebalanceTimeoutMs = 30_000

export interface GroupsOptions {
  readonly timeline: Timeline
  readonly random: Random
  readonly isAway: () => boolean
  readonly partitionsOf: (topic: string) => number
  readonly count: (fault: string) => void
}

export function createGroups({ timeline, random, isAway, partitionsOf, count }: GroupsOptions): Groups {
  const groups = new Map<string, Group>()

  function groupOf(name: string): Group {
    const found = groups.get(name) ?? { members: new Map(), rebalancing: false, generation: 0, cancelRebalance: () => {} }
    groups.set(name, found)
    return found
  }

  function rebalance(group: Group): void {
    if (!group.rebalancing) {
      group.rebalancing = true
      count('rebalance')
      group.cancelRebalance = timeline.schedule(rebalanceTimeoutMs, 'rebalance timeout', () => dropAbsent(group))
      for (const { candidate, joining } of group.members.values()) if (joining === null) candidate.poke()
    }
    completeIfAll(group)
  }

  function dropAbsent(group: Group): void {
    for (const [id, member] of group.members) if (member.joining === null) remove(group, id)
    completeIfAll(group)
  }

  function completeIfAll(group: Group): void {
    const members = [...group.members.values()]
    if (!group.rebalancing || members.some(({ joining }) => joining === null)) return
    group.rebalancing = false
    group.generation++
    group.cancelRebalance()
    const states = members.map(({ candidate: { memberId: id, topics, owned } }) => ({ id, topics, owned }))
    const topics = new Set(states.flatMap((state) => state.topics))
    const shares = assignSticky(states, new Map([...topics].map((topic) => [topic, partitionsOf(topic)])))
    for (const member of members) {
      member.joining?.resolve({ generation: group.generation, assignment: shares.get(member.candidate.memberId) ?? {} })
      member.joining = null
    }
  }

  function remove(group: Group, memberId: string): boolean {
    const member = group.members.get(memberId)
    member?.cancelExpiry?.()
    member?.joining?.reject(new Refusal('REBALANCED'))
    return group.members.delete(memberId)
  }

  function expire(name: string, memberId: string): void {
    const group = groupOf(name)
    const member = group.members.get(memberId)
    if (member === undefined) return
    // A coordinator that was away gives everybody a new session.
    if (isAway()) {
      member.cancelExpiry = timeline.schedule(sessionTimeoutMs, 'session', () => expire(name, memberId))
      return
    }
    count('session expired')
    remove(group, memberId)
    member.candidate.poke()
    if (group.members.size > 0) rebalance(group)
  }

  return {
    join: (name, candidate) => {
      const group = groupOf(name)
      if (candidate.returning && !group.members.has(candidate.memberId)) throw new Refusal('UNKNOWN_MEMBER_ID')
      const member = group.members.get(candidate.memberId) ?? { candidate, joining: null, cancelExpiry: null }
      group.members.set(candidate.memberId, member)
      member.candidate = candidate
      member.joining?.reject(new Refusal('REBALANCED'))
      const joining = Promise.withResolvers<Generation>()
      member.joining = joining
      rebalance(group)
      return joining.promise
    },
    heartbeat: (name, memberId, generation) => {
      const group = groupOf(name)
      if (!group.members.has(memberId)) return 'unknown'
      return group.rebalancing || group.generation !== generation ? 'rebalancing' : 'stable'
    },
    leave: (name, memberId) => {
      const group = groupOf(name)
      if (remove(group, memberId) && group.members.size > 0) rebalance(group)
    },
    silent: (name, memberId) => {
      const member = groupOf(name).members.get(memberId)
      if (member === undefined) return
      member.cancelExpiry?.()
      const delayMs = sessionTimeoutMs - random.int(0, 500)
      member.cancelExpiry = timeline.schedule(delayMs, 'session', () => expire(name, memberId))
    },
    heard: (name, memberId) => {
      const member = groupOf(name).members.get(memberId)
      member?.cancelExpiry?.()
      if (member !== undefined) member.cancelExpiry = null
    },
    size: (name) => groupOf(name).members.size,
  }
}
