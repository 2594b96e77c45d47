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
    feed.give(wish, [{ records: [record(offset)], nextOffset: offset + 1 }])
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

/** A fetch that brings records from `from` on, one by one as they are asked for; reading `bad` fails. */
function* lazily(from: number, count: number, bad?: number): Generator<Delivery, void> {
  for (let offset = from; offset < from + count; offset++) {
    if (offset === bad) throw new Error('cannot be read')
    yield { records: [record(offset)], nextOffset: offset + 1 }
  }
}

test('a receiver that pauses while it is given something gets no more than that, and the rest is not even read', () => {
  const { feed } = opened()
  const got: number[] = []
  feed.start(0, ({ records }) => {
    got.push(...records.map(({ offset }) => offset))
    feed.pause()
  })
  const read: number[] = []
  function* watched(): Generator<Delivery, void> {
    for (const delivery of lazily(0, 3)) {
      read.push(delivery.nextOffset)
      yield delivery
    }
  }
  feed.give(feed.wants() ?? { offset: 0, turn: 0 }, watched())
  expect([got, read]).toEqual([[0], [1]])

  feed.resume()
  expect([got, read]).toEqual([
    [0, 1],
    [1, 2],
  ])
  expect(feed.wants()).toBeUndefined()
  feed.resume()
  feed.resume()
  expect([got, feed.wants()?.offset]).toEqual([[0, 1, 2], 3])
})

test('a receiver that pauses and goes on while it is given something gets everything once, in order, however much it is', () => {
  const { feed } = opened()
  const got: number[] = []
  feed.start(0, ({ records }) => {
    feed.pause()
    feed.resume()
    got.push(...records.map(({ offset }) => offset))
  })
  feed.give(feed.wants() ?? { offset: 0, turn: 0 }, lazily(0, 100_000))
  expect(got).toEqual(Array.from({ length: 100_000 }, (_, offset) => offset))
})

test('what cannot be read is fetched again from there, and whoever gives it is told', () => {
  const { feed, receive, got } = opened()
  feed.start(0, receive)
  feed.pause()
  const wish = { offset: 0, turn: 1 }
  feed.give(wish, lazily(0, 3, 2))
  expect(got).toEqual([])

  feed.resume()
  expect([got, feed.wants()?.offset]).toEqual([[0, 1], 2])
  expect(() => feed.give({ offset: 2, turn: 1 }, lazily(2, 1, 2))).toThrow('cannot be read')
  expect(feed.wants()?.offset).toBe(2)
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
