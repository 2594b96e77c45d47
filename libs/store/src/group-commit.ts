/** Lets concurrent callers share one commit. */
export interface GroupCommit<Item> {
  /** Resolves once the items are committed; rejects with what the commit of these very items threw. */
  add(items: readonly Item[]): Promise<void>
  /** Commits what waits, at once. */
  flush(): void
}

interface Waiter<Item> {
  readonly items: readonly Item[]
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/**
 * `commit` is all or nothing. It runs after the current turn of the event loop, with everything that was added by then.
 * `blamesItems` tells an error of some item, for which its neighbours must not fail, from one that all of them would meet again.
 */
export function groupCommit<Item>(
  commit: (items: readonly Item[]) => void,
  blamesItems: (error: unknown) => boolean,
): GroupCommit<Item> {
  let waiting: Waiter<Item>[] = []

  function flush(): void {
    const group = waiting
    waiting = []
    if (group.length > 0) commitAll(group)
  }

  function commitAll(group: readonly Waiter<Item>[]): void {
    try {
      commit(group.flatMap((waiter) => waiter.items))
      for (const waiter of group) waiter.resolve()
    } catch (error) {
      if (group.length > 1 && blamesItems(error)) return commitHalves(group)
      for (const waiter of group) waiter.reject(error)
    }
  }

  /** The bad one is found in few commits, and the others share theirs. */
  function commitHalves(group: readonly Waiter<Item>[]): void {
    const middle = group.length >> 1
    commitAll(group.slice(0, middle))
    commitAll(group.slice(middle))
  }

  return {
    add: (items) =>
      new Promise((resolve, reject) => {
        if (waiting.length === 0) setImmediate(flush)
        waiting.push({ items, resolve, reject })
      }),
    flush,
  }
}
