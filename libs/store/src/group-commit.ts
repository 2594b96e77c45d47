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

/** `commit` is all or nothing. It runs after the current turn of the event loop, with everything that was added by then. */
export function groupCommit<Item>(commit: (items: readonly Item[]) => void): GroupCommit<Item> {
  let waiting: Waiter<Item>[] = []

  function flush(): void {
    const group = waiting
    waiting = []
    if (group.length === 0) return
    try {
      commit(group.flatMap((waiter) => waiter.items))
      for (const waiter of group) waiter.resolve()
    } catch (error) {
      // One bad item must not fail its neighbours: each caller's items on their own.
      if (group.length === 1) group[0]?.reject(error)
      else for (const waiter of group) commitAlone(waiter)
    }
  }

  function commitAlone(waiter: Waiter<Item>): void {
    try {
      commit(waiter.items)
      waiter.resolve()
    } catch (error) {
      waiter.reject(error)
    }
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
