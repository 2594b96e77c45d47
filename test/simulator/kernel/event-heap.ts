export interface SimEvent {
  readonly at: number
  readonly order: number
  readonly label: string
  /** null once it is cancelled. */
  task: (() => void) | null
}

/** Events by time, those of one time in the order they were made (a binary heap). */
export interface EventHeap {
  push(event: SimEvent): void
  pop(): SimEvent | undefined
  peek(): SimEvent | undefined
}

export function createEventHeap(): EventHeap {
  const heap: SimEvent[] = []
  const before = (one: SimEvent | undefined, other: SimEvent | undefined): boolean =>
    one !== undefined && other !== undefined && (one.at < other.at || (one.at === other.at && one.order < other.order))

  function swap(one: number, other: number): void {
    const [a, b] = [heap[one], heap[other]]
    if (a === undefined || b === undefined) return
    heap[one] = b
    heap[other] = a
  }

  function sink(): void {
    for (let at = 0; ; ) {
      const left = 2 * at + 1
      const child = before(heap[left + 1], heap[left]) ? left + 1 : left
      if (!before(heap[child], heap[at])) return
      swap(child, at)
      at = child
    }
  }

  return {
    push: (event) => {
      heap.push(event)
      for (let at = heap.length - 1; at > 0; ) {
        const above = (at - 1) >> 1
        if (!before(heap[at], heap[above])) return
        swap(at, above)
        at = above
      }
    },
    pop: () => {
      const first = heap[0]
      const last = heap.pop()
      if (last !== undefined && heap.length > 0) {
        heap[0] = last
        sink()
      }
      return first
    },
    peek: () => heap[0],
  }
}
