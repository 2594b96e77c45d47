import type { Assignment } from '@leadline/log/sticky-assignment'
import { Refusal } from '../broker/refusal.ts'
import { startAttendance } from './attendance.ts'
import type { Connection } from './connection.ts'

/** Membership of a group under KIP-848 as the driver keeps it. Heartbeats that would say nothing are left out. */
export interface FencedMember {
  readonly joined: Promise<void>
  place(): { readonly member: string; readonly epoch: number }
  /** Resolves when the coordinator has answered a heartbeat that is sent after this call; at once when the member leaves. */
  confirm(): Promise<void>
  /** What is owned has changed. */
  tell(): void
  leave(): Promise<void>
}

export interface FencedMemberOptions {
  readonly connection: Connection
  /** Tells members of one process apart. */
  readonly number: number
  readonly group: string
  readonly topics: readonly string[]
  readonly owned: () => Assignment
  readonly assigned: (assignment: Assignment) => void
  /** The group has gone on without us. */
  readonly fenced: () => void
}

export function startFencedMember({ connection, number, group, topics, ...options }: FencedMemberOptions): FencedMember {
  const { host, cluster } = connection
  const { consumerGroups: groups, network, random } = cluster
  const member = `${host.name}.${number}`
  const joined = Promise.withResolvers<void>()
  let epoch = 0
  let news = true
  let left = false
  let confirmations: (() => void)[] = []
  let sent = 0
  let arrived = 0

  const poke = startAttendance({
    ...{ host, random, beat: attend },
    isAwaited: () => confirmations.length > 0,
    hasLeft: () => left,
  })

  host.watch((state) => {
    if (state === 'silent') groups.silent(group, member)
    else if (!left) {
      groups.heard(group, member)
      poke()
    }
  })

  async function attend(): Promise<void> {
    try {
      await beat()
    } catch (error) {
      news = true
      if (error instanceof Refusal) beFenced()
      throw error
    }
  }

  async function beat(): Promise<void> {
    const asked = [...confirmations]
    const whole = epoch === 0 || news
    news = false
    const owned = epoch === 0 ? {} : whole ? options.owned() : null
    const answer = await network.call({ from: host, to: 'groups', what: `heartbeat ${group}`, work: arrive({ epoch, owned }) })
    if (left) return
    epoch = answer.epoch
    options.assigned(answer.assignment)
    joined.resolve()
    confirmations = confirmations.filter((resolve) => !asked.includes(resolve))
    for (const resolve of asked) resolve()
  }

  function arrive({ epoch, owned }: { epoch: number; owned: Assignment | null }) {
    const turn = ++sent
    return () => {
      // One broker answers one after the other: what was sent earlier does not come later.
      if (turn < arrived) throw new Error('a later heartbeat was there before')
      arrived = turn
      const pokeSoon = (): void => void host.after(0, 'poke', poke)
      const answer = groups.heartbeat(group, { memberId: member, epoch, topics, owned, poke: pokeSoon })
      // Whoever died, froze or left on the way is a member all the same, until its session ends.
      if (host.state === 'up' && !host.cutOff && !left) groups.heard(group, member)
      else groups.silent(group, member)
      return answer
    }
  }

  function beFenced(): void {
    // While the group still has us under another epoch, only the end of that session lets us in again.
    groups.silent(group, member)
    epoch = 0
    options.fenced()
  }

  poke()
  return {
    joined: joined.promise,
    place: () => ({ member, epoch }),
    confirm: () =>
      new Promise((resolve) => {
        if (left) return resolve()
        confirmations.push(resolve)
        poke()
      }),
    tell: () => {
      news = true
      poke()
    },
    leave: async () => {
      left = true
      for (const resolve of confirmations.splice(0)) resolve()
      await network
        .call({ from: host, to: 'groups', what: `leave ${group}`, work: () => groups.leave(group, member) })
        .catch(() => groups.silent(group, member))
    },
  }
}
