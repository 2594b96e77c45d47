import type { LogListener } from '../log-listener.ts'
import type { Cluster } from './cluster.ts'
import { type DescribedMember, describeGroupCall } from './wire/describe-group-call.ts'
import { codeText } from './wire/error-codes.ts'
import { heartbeatCall } from './wire/group-calls.ts'

export interface SessionRenewalOptions {
  readonly cluster: Pick<Cluster, 'toCoordinator'>
  readonly group: string
  /** The name of this member now. */
  readonly member: () => string
  readonly heartbeatIntervalMs: number
  readonly listener: LogListener
}

export interface SessionRenewal {
  /** Whoever answers for the group from now on counts all sessions anew. */
  coordinatorChanged(): void
  /** To be called after each heartbeat that was answered, with the epoch that this member has now. */
  answered(epoch: number): void
}

const lookEveryMs = 15_000
/** A group gives up who is silent for a session, of a minute at most unless its brokers are told otherwise. */
const longestSessionMs = 60_000
const answerMs = 5_000

/** Another member, as it was found in the group look after look. */
interface Seen {
  readonly epoch: number
  readonly looks: number
  readonly renewed: boolean
}

/**
 * A coordinator that is elected, deposed and elected again while it loads can begin before it knows the group's members: Kafka 4.1 takes the
 * end of the first load for that of the second, and answers for a moment that there is no such group. Of members that it reads afterwards it
 * watches no session: one that has died keeps its partitions until the next coordinator. A heartbeat that says nothing new makes it
 * watch, also one in another's name: who lives does not notice, who does not is given up a session later. It is sent once for a member that has
 * stayed as it is for longer than a session, so that nobody whose session is watched gets more time by it; and not for one that waits for partitions,
 * since the answer to any heartbeat in its name may be the only one that tells of them.
 */
export function createSessionRenewal(options: SessionRenewalOptions): SessionRenewal {
  const { cluster, group, member, heartbeatIntervalMs, listener } = options
  const beatsBetween = Math.max(1, Math.ceil(lookEveryMs / heartbeatIntervalMs))
  const looksOfSession = Math.ceil(longestSessionMs / (beatsBetween * heartbeatIntervalMs)) + 1
  let beatsLeft = beatsBetween
  let looking = false
  let watching = true
  let known = 0
  let seen: ReadonlyMap<string, Seen> = new Map()

  /** Every answer is for the coordinator that was asked: with another one `seen` is another, and what comes late changes nothing. */
  async function look(): Promise<void> {
    const before = seen
    const connection = await cluster.toCoordinator('group', group, 'heartbeat')
    const { code, epoch, members } = await connection.request(describeGroupCall(group), answerMs)
    if (code !== 0) throw new Error(codeText(code))
    if (seen !== before) return
    const others = members.filter(({ id }) => id !== member())
    const now = new Map(others.map((other) => [other.id, seenAgain(other, before.get(other.id))]))
    seen = now
    const stayed = others.filter((other) => isDue(now.get(other.id)) && (other.settled || other.epoch !== epoch))
    for (const other of stayed) {
      if (other.epoch !== epoch)
        listener('warn', `a member of ${group} does not move: the group is asked to watch it`, { group, member: other.id })
      const renewed = await renew(other)
      now.set(other.id, { epoch: other.epoch, looks: looksOfSession, renewed })
    }
    if (seen === now) watching = [...now.values()].some(({ renewed }) => !renewed)
  }

  const seenAgain = ({ epoch }: DescribedMember, before: Seen | undefined): Seen =>
    before?.epoch === epoch ? { ...before, looks: before.looks + 1 } : { epoch, looks: 0, renewed: false }

  const isDue = (its: Seen | undefined): boolean => its !== undefined && !its.renewed && its.looks >= looksOfSession

  /** Whether the group has heard it; one that moved on or left meanwhile is found so at the next look. */
  async function renew({ id, epoch }: DescribedMember): Promise<boolean> {
    const connection = await cluster.toCoordinator('group', group, 'heartbeat')
    const nothingNew = { rebalanceTimeoutMs: -1, topics: null, owned: null }
    const { code } = await connection.request(heartbeatCall({ group, member: id, epoch, ...nothingNew }), answerMs)
    return code === 0
  }

  return {
    coordinatorChanged() {
      seen = new Map()
      watching = true
      beatsLeft = beatsBetween
    },
    answered(epoch) {
      // The group has changed.
      if (epoch !== known) watching = true
      known = epoch
      if (!watching || looking || --beatsLeft > 0) return
      beatsLeft = beatsBetween
      looking = true
      // Whatever went wrong, it is looked again.
      void look()
        .catch(() => {})
        .finally(() => {
          looking = false
        })
    },
  }
}
