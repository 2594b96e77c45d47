/** Things that wait for a time, earliest first (a binary heap). */
export interface DueQueue<T> {
  push(dueAt: number, item: T): void
  /** The earliest item when its time has come. */
  shift(now: number): T | undefined
  /** When the earliest is due; undefined when nothing waits. */
  nextAt(): number | undefined
  readonly size: number
}

interface Waiting<T> {
  readonly dueAt: number
  readonly order: number
  readonly item: T
}

export function createDueQueue<T>(): DueQueue<T> {
  const heap: Waiting<T>[] = []
  let order = 0

  function swapIfLater(above: number, below: number): boolean {
    const a = heap[above]
    const b = heap[below]
    if (a === undefined || b === undefined) return false
    if (a.dueAt < b.dueAt || (a.dueAt === b.dueAt && a.order < b.order)) return false
    heap[above] = b
    heap[below] = a
    return true
  }

  function sink(): void {
    for (let at = 0; ; ) {
      const left = heap[2 * at + 1]
      const right = heap[2 * at + 2]
      const rightFirst =
        left !== undefined &&
        right !== undefined &&
        (right.dueAt < left.dueAt || (right.dueAt === left.dueAt && right.order < left.order))
      const child = rightFirst ? 2 * at + 2 : 2 * at + 1
      if (!swapIfLater(at, child)) return
      at = child
    }
  }

  return {
    push: (dueAt, item) => {
      heap.push({ dueAt, order: order++, item })
      for (let at = heap.length - 1; at > 0; ) {
        const above = (at - 1) >> 1
        if (!swapIfLater(above, at)) return
        at = above
      }
    },
    shift: (now) => {
      const first = heap[0]
      if (first === undefined || first.dueAt > now) return undefined
      const last = heap.pop()
      if (last !== undefined && heap.length > 0) {
        heap[0] = last
        sink()
      }
      return first.item
    },
    nextAt: () => heap[0]?.dueAt,
    get size() {
      return heap.length
    },
  }
}
