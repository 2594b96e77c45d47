/** What ends when a signal fires. */
export interface Abortable {
  abort(): void
  /** Where it stands in its group; the group's own. */
  place: number
}

/** All that one signal ends. */
export interface AbortGroup {
  /** The signal must not have fired: it does so once, and nothing ends who comes after. */
  add(member: Abortable): void
  remove(member: Abortable): void
}

/**
 * One listener for each signal, however many calls share it: a lane's signal has hundreds in flight, and EventTarget walks its whole list
 * on each add and remove.
 */
export function createAbortGroups(): (signal: AbortSignal) => AbortGroup {
  const groups = new WeakMap<AbortSignal, AbortGroup>()
  return (signal) => {
    const known = groups.get(signal)
    if (known !== undefined) return known
    const group = createGroup(signal)
    groups.set(signal, group)
    return group
  }
}

/**
 * An array whose gaps are filled from its end, not a `Set`: that one makes itself a new table after every few hundred changes, and those
 * it leaves behind keep all calls of their time, with all that belongs to them, until the next full garbage collection.
 */
function createGroup(signal: AbortSignal): AbortGroup {
  const members: Abortable[] = []
  const abortAll = (): void => {
    for (const member of members.splice(0)) {
      member.place = -1
      member.abort()
    }
  }
  signal.addEventListener('abort', abortAll, { once: true })
  return {
    add(member) {
      member.place = members.push(member) - 1
    },
    remove(member) {
      const { place } = member
      const last = place < 0 ? undefined : members.pop()
      member.place = -1
      if (last === undefined || last === member) return
      members[place] = last
      last.place = place
    },
  }
}
