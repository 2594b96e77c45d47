/** Calls by the signal that aborts them. */
export interface AbortGroups {
  /** Runs `abort` when the signal fires, at once if it has; the returned function forgets it. */
  join(signal: AbortSignal, abort: () => void): () => void
}

/**
 * One listener for each signal, however many calls share it: a lane's signal has hundreds in flight, and EventTarget
 * walks its whole list on each add and remove.
 */
export function createAbortGroups(): AbortGroups {
  const groups = new WeakMap<AbortSignal, Set<() => void>>()

  const groupOf = (signal: AbortSignal): Set<() => void> => {
    const known = groups.get(signal)
    if (known !== undefined) return known
    const group = new Set<() => void>()
    groups.set(signal, group)
    signal.addEventListener('abort', () => abortAll(group), { once: true })
    return group
  }

  return {
    join(signal, abort) {
      if (signal.aborted) {
        abort()
        return () => {}
      }
      const group = groupOf(signal)
      group.add(abort)
      return () => group.delete(abort)
    },
  }
}

function abortAll(group: Set<() => void>): void {
  for (const abort of [...group]) abort()
  group.clear()
}
