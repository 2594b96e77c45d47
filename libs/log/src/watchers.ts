/** Who wants to know that a partition has grown. */
export interface Watchers {
  watch(topic: string, partition: number, listener: () => void): () => void
  notify(topic: string, partition: number): void
}

export function createWatchers(): Watchers {
  const byPartition = new Map<string, Set<() => void>>()
  return {
    watch(topic, partition, listener) {
      const name = `${topic}/${partition}`
      const listeners = byPartition.get(name) ?? new Set()
      byPartition.set(name, listeners.add(listener))
      return () => {
        listeners.delete(listener)
      }
    },
    notify(topic, partition) {
      for (const listener of byPartition.get(`${topic}/${partition}`) ?? []) listener()
    },
  }
}
