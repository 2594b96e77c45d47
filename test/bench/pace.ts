import { setTimeout as delay } from 'node:timers/promises'

/** Calls `task` so many times per second, `count` times in all, without waiting for what it does. Resolves when all are done. */
export async function pace(perSecond: number, count: number, task: (index: number) => Promise<void>): Promise<void> {
  const startedAt = performance.now()
  const tasks: Promise<void>[] = []
  while (tasks.length < count) {
    const due = Math.min(count, Math.floor(((performance.now() - startedAt) / 1_000) * perSecond))
    while (tasks.length < due) tasks.push(task(tasks.length))
    await delay(2)
  }
  await Promise.all(tasks)
}
