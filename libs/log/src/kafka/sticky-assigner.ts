import { type Assigner, MemberAssignment, MemberMetadata } from './kafkajs-internals.ts'
import { type Assignment, assignSticky } from './sticky-assignment.ts'

export interface StickyAssignerOptions {
  /** What this member has now. */
  readonly owned: () => Assignment
  /** How many partitions each of these topics has; other members may want topics that this one does not. */
  readonly partitionsOf: (topics: readonly string[]) => Promise<ReadonlyMap<string, number>>
}

/**
 * A version that the subscriptions of Kafka's own consumers cannot have. With one of theirs the brokers would let members under KIP-848 into
 * the group, whose commits the producers of lanes do not fence; so they refuse those while members of this kind are there, and these while
 * those are.
 */
const versionOfNobody = -1

/** Tells the group what this member has, and as its leader shares partitions out. */
export function createStickyAssigner({ owned, partitionsOf }: StickyAssignerOptions): Assigner {
  const name = 'leadline-sticky'
  const version = 0
  return {
    name,
    version,
    protocol: ({ topics }) => ({
      name,
      metadata: MemberMetadata.encode({ version: versionOfNobody, topics, userData: Buffer.from(JSON.stringify(owned())) }),
    }),
    async assign({ members }) {
      const states = members.map(({ memberId, memberMetadata }) => {
        const { topics, userData } = MemberMetadata.decode(memberMetadata)
        return { id: memberId, topics, owned: parseOwned(userData) }
      })
      const topics = [...new Set(states.flatMap((state) => state.topics))]
      const assignments = assignSticky(states, await partitionsOf(topics))
      return [...assignments].map(([memberId, assignment]) => ({
        memberId,
        memberAssignment: MemberAssignment.encode({ version, assignment }),
      }))
    },
  }
}

function parseOwned(userData: Buffer | null): Assignment {
  try {
    const parsed: Assignment = JSON.parse(userData?.toString() ?? '{}')
    return parsed
  } catch {
    return {}
  }
}
