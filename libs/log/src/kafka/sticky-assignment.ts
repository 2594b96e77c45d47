export interface GroupMemberState {
  readonly id: string
  readonly topics: readonly string[]
  /** Partitions it has now, by topic. */
  readonly owned: Readonly<Record<string, readonly number[]>>
}

/** Partitions by topic. */
export type Assignment = Record<string, number[]>

/**
 * Shares each topic evenly among its subscribers and moves as few partitions as that allows: a moved lane loses
 * the calls it has under way. Members with fewer partitions in all get the odd ones.
 */
export function assignSticky(
  members: readonly GroupMemberState[],
  partitions: ReadonlyMap<string, number>,
): Map<string, Assignment> {
  const sorted = members.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  const assignments = new Map<string, Assignment>(sorted.map(({ id }) => [id, {}]))
  const totals = new Map<string, number>(sorted.map(({ id }) => [id, 0]))
  for (const [topic, count] of [...partitions].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const subscribers = sorted.filter((member) => member.topics.includes(topic))
    for (const [id, numbers] of shareTopic(topic, count, subscribers, totals)) {
      const assignment = assignments.get(id)
      if (assignment !== undefined && numbers.length > 0) assignment[topic] = numbers.toSorted((a, b) => a - b)
      totals.set(id, (totals.get(id) ?? 0) + numbers.length)
    }
  }
  return assignments
}

function shareTopic(
  topic: string,
  count: number,
  subscribers: readonly GroupMemberState[],
  totals: ReadonlyMap<string, number>,
): Map<string, number[]> {
  const shares = new Map<string, number[]>(subscribers.map(({ id }) => [id, []]))
  if (subscribers.length === 0) return shares
  const least = Math.floor(count / subscribers.length)
  let odd = count % subscribers.length
  const free = new Set(Array.from({ length: count }, (_, partition) => partition))
  const give = (id: string, partition: number) => {
    const share = shares.get(id)
    if (share === undefined || !free.delete(partition)) return
    share.push(partition)
    if (share.length === least + 1) odd -= 1
  }
  const rank = (id: string) => (shares.get(id)?.length ?? 0) * 1e6 + (totals.get(id) ?? 0)
  const roomFor = (id: string) => (shares.get(id)?.length ?? 0) < (odd > 0 ? least + 1 : least)

  // First what everybody is sure to keep, then who may keep one more, then the rest.
  for (const { id, owned } of subscribers) {
    for (const partition of owned[topic] ?? []) if ((shares.get(id)?.length ?? 0) < least) give(id, partition)
  }
  for (const { id, owned } of subscribers.toSorted((a, b) => rank(a.id) - rank(b.id))) {
    for (const partition of owned[topic] ?? []) if (roomFor(id)) give(id, partition)
  }
  for (const partition of [...free]) {
    const next = subscribers.filter(({ id }) => roomFor(id)).toSorted((a, b) => rank(a.id) - rank(b.id))[0]
    if (next !== undefined) give(next.id, partition)
  }
  return shares
}
