import type { Delivery } from '../log.ts'

/** What one lane is to be delivered, and how far that has come. */
export interface Feed {
  readonly topic: string
  readonly partition: number
  /** Where to fetch next; undefined while nothing is wanted. */
  wants(): Wish | undefined
  /**
   * Delivers what was fetched for a wish, as far as the receiver takes it; the rest stays unread until it is resumed. What came for an
   * older wish is dropped. Throws what reading throws: the place that could not be read is what is wanted next.
   */
  give(wish: Wish, fetched: Iterable<Delivery>): void
  start(from: number, receive: (delivery: Delivery) => void): void
  pause(): void
  resume(): void
}

export interface Wish {
  readonly offset: number
  /** Which `start` it belongs to. */
  readonly turn: number
}

export interface FeedOptions {
  readonly topic: string
  readonly partition: number
  readonly lost: AbortSignal
  /** It wants something again. */
  readonly wanting: () => void
}

export function createFeed({ topic, partition, lost, wanting }: FeedOptions): Feed {
  let receive: ((delivery: Delivery) => void) | undefined
  let next = 0
  let turn = 0
  let paused = false
  /** Fetched and not read yet. */
  let left: Iterator<Delivery, unknown> | undefined
  let delivering = false

  /** Reads and delivers until the receiver has enough. It may pause and resume while it is given something: then this goes on. */
  function deliver(): void {
    if (delivering) return
    delivering = true
    try {
      while (left !== undefined && !paused && !lost.aborted) {
        const delivery = left.next()
        if (delivery.done === true) left = undefined
        else {
          next = delivery.value.nextOffset
          receive?.(delivery.value)
        }
      }
    } catch (error) {
      left = undefined
      throw error
    } finally {
      delivering = false
    }
  }

  return {
    topic,
    partition,
    wants: () => (receive === undefined || left !== undefined || paused || lost.aborted ? undefined : { offset: next, turn }),
    give(wish, fetched) {
      if (wish.turn !== turn || wish.offset !== next || left !== undefined) return
      left = fetched[Symbol.iterator]()
      deliver()
    },
    start(from, to) {
      turn++
      next = from
      left = undefined
      receive = to
      wanting()
    },
    pause() {
      paused = true
    },
    resume() {
      paused = false
      try {
        deliver()
      } catch {
        // It is fetched again, and whoever gives it then is told.
      }
      if (!paused) wanting()
    },
  }
}
