/** First in, first out, in constant time: `Array.shift` costs a copy of what is left. */
export interface Queue<T> {
  push(item: T): void
  shift(): T | undefined
  peek(): T | undefined
  readonly size: number
}

export function createQueue<T>(): Queue<T> {
  let items: (T | undefined)[] = []
  let head = 0
  return {
    push: (item) => void items.push(item),
    shift: () => {
      if (head === items.length) return undefined
      const item = items[head]
      // What was taken out must not be held: it can be a megabyte of records.
      items[head++] = undefined
      if (head > 1_024 && head * 2 > items.length) {
        items = items.slice(head)
        head = 0
      }
      return item
    },
    peek: () => items[head],
    get size() {
      return items.length - head
    },
  }
}
