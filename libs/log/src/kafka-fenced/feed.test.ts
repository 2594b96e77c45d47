import { expect, test } from 'vitest'
import type { Delivery, LogRecord } from '../log.ts'
import { createFeed, type Wish } from './feed.ts'

const record = (offset: number): LogRecord => ({
  topic: 't',
  partition: 0,
  offset,
  timestamp: 0,
  key: null,
  value: null,
  headers: {},
})

function opened() {
  const lost = new AbortController()
  const got: number[] = []
  const feed = createFeed({ topic: 't', partition: 0, lost: lost.signal, wanting: () => {} })
  const receive = ({ records }: Delivery) => void got.push(...records.map(({ offset }) => offset))
  /** What a fetch for this wish brings. */
  const fetched = (wish: Wish | undefined, offset: number) => {
    if (wish === undefined) throw new Error('nothing was wanted')
    const delivery = feed.take(wish, [record(offset)], offset + 1)
    if (delivery !== undefined) feed.deliver(delivery, wish)
  }
  return { feed, got, receive, fetched, lost }
}

test('a feed wants nothing before it is started, and then what comes next', () => {
  const { feed, receive, fetched, got } = opened()
  expect(feed.wants()).toBeUndefined()

  feed.start(5, receive)
  fetched(feed.wants(), 5)

  expect(got).toEqual([5])
  expect(feed.wants()?.offset).toBe(6)
})

test('what was under way when the feed was paused is kept until it goes on', () => {
  const { feed, receive, fetched, got } = opened()
  feed.start(0, receive)
  const wish = feed.wants()
  feed.pause()
  fetched(wish, 0)

  expect(feed.wants()).toBeUndefined()
  expect(got).toEqual([])
  feed.resume()
  expect(got).toEqual([0])
  expect(feed.wants()?.offset).toBe(1)
})

test('a receiver that pauses while it is given what was kept gets no more than that', () => {
  const { feed, fetched } = opened()
  const got: number[] = []
  feed.start(0, ({ records }) => {
    got.push(...records.map(({ offset }) => offset))
    feed.pause()
  })
  const first = feed.wants()
  fetched(first, 0)
  feed.resume()
  const second = feed.wants()
  feed.pause()
  fetched(second, 1)
  expect(got).toEqual([0])

  feed.resume()
  expect(got).toEqual([0, 1])
  expect(feed.wants()).toBeUndefined()
})

test('what comes for an earlier start is dropped, and so is what comes twice', () => {
  const { feed, receive, fetched, got } = opened()
  feed.start(0, receive)
  const stale = feed.wants()
  feed.start(3, receive)
  fetched(stale, 0)
  const wish = feed.wants()
  fetched(wish, 3)
  fetched(wish, 3)

  expect(got).toEqual([3])
})

test('a lost lane is delivered nothing any more', () => {
  const { feed, receive, fetched, got, lost } = opened()
  feed.start(0, receive)
  const wish = feed.wants()
  lost.abort()
  fetched(wish, 0)

  expect([got, feed.wants()]).toEqual([[], undefined])
})
