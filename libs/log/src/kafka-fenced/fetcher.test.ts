import { expect, test, vi } from 'vitest'
import { createFeed } from './feed.ts'
import { createFetcher } from './fetcher.ts'
import { asked, refusalsTo, scriptedCluster } from './scripted-cluster.ts'

/** A member with lanes of the partitions of topic `t`, the leaders of which are in `leaders`; every fetch is answered with nothing new. */
function fetching(leaders: Map<number, number>) {
  const over = new AbortController()
  const { cluster, log } = scriptedCluster(new Map([[asked.fetch, () => new Promise((resolve) => setTimeout(resolve, 2, []))]]))
  const fetched: number[] = []
  const moved = new Set<() => void>()
  const fetcher = createFetcher({
    cluster: {
      ...cluster,
      leader: (_topic, partition) => leaders.get(partition),
      onMoved(listener) {
        moved.add(listener)
        return () => void moved.delete(listener)
      },
      toNode: async (node, purpose) => {
        fetched.push(node)
        return cluster.toNode(node, purpose)
      },
    },
    endsOf: async (_topic, partition) => ({ partition, start: 0, end: 0 }),
    signal: over.signal,
    listener: () => {},
    refusals: refusalsTo(() => {}),
  })
  for (const partition of leaders.keys()) {
    const feed = createFeed({ topic: 't', partition, lost: over.signal, wanting: fetcher.poke })
    fetcher.add(feed)
    feed.start(0, () => {})
  }
  const tell = (): void => {
    for (const listener of moved) listener()
  }
  return { fetched, log, tell, moved, [Symbol.dispose]: () => over.abort() }
}

test('a partition whose leader moves is fetched from the new one, whoever learned of it first', async () => {
  const leaders = new Map([
    [0, 1],
    [1, 1],
  ])
  using fetch = fetching(leaders)
  await expect.poll(() => fetch.fetched.includes(1)).toBe(true)

  leaders.set(1, 2)
  fetch.tell()
  await expect.poll(() => fetch.fetched.includes(2)).toBe(true)
})

test('a member that has ended is not told of leaders any more', async () => {
  const fetch = fetching(new Map([[0, 1]]))
  expect(fetch.moved.size).toBe(1)
  fetch[Symbol.dispose]()
  await vi.waitFor(() => expect(fetch.moved.size).toBe(0))
})
