import { createQueue, type Queue } from './queue.ts'
import type { Entry } from './window.ts'

/** Records that are ready but must wait for what they would use: one line for each resource, so that nobody waits behind another's. */
export interface HeldRecords {
  push(resource: string, entry: Entry): void
  peek(resource: string): Entry | undefined
  shift(resource: string): void
  count(resource: string): number
  readonly size: number
}

export function createHeldRecords(): HeldRecords {
  const lines = new Map<string, Queue<Entry>>()
  let size = 0
  return {
    push: (resource, entry) => {
      const line = lines.get(resource) ?? createQueue<Entry>()
      lines.set(resource, line)
      line.push(entry)
      size++
    },
    peek: (resource) => lines.get(resource)?.peek(),
    shift: (resource) => {
      if (lines.get(resource)?.shift() !== undefined) size--
    },
    count: (resource) => lines.get(resource)?.size ?? 0,
    get size() {
      return size
    },
  }
}
