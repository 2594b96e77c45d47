import type { Delivery, LogRecord } from '../log.ts'

/** What one lane is to be delivered, and how far that has come. */
export interface Feed {
  readonly topic: string
  readonly partition: number
  /** Where to fetch next; undefined while nothing is wanted. */
  wants(): Wish | undefined
  /** Takes what was fetched for a wish; what came for an older one is dropped. Returns the delivery to be made, for `deliver`. */
  take(wish: Wish, records: readonly LogRecord[], nextOffset: number): Delivery | undefined
  deliver(delivery: Delivery, wish: Wish): void
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
  /** Fetched before the pause was known of; delivered when it ends. */
  let held: Delivery[] = []

  return {
    topic,
    partition,
    wants: () => (receive === undefined || paused || lost.aborted ? undefined : { offset: next, turn }),
    take(wish, records, nextOffset) {
      if (wish.turn !== turn || wish.offset !== next || nextOffset === next) return undefined
      next = nextOffset
      return { records, nextOffset }
    },
    deliver(delivery, wish) {
      if (wish.turn !== turn || lost.aborted) return
      if (paused || held.length > 0) held.push(delivery)
      else receive?.(delivery)
    },
    start(from, to) {
      turn++
      next = from
      held = []
      receive = to
      wanting()
    },
    pause() {
      paused = true
    },
    resume() {
      paused = false
      while (!paused) {
        const delivery = held.shift()
        if (delivery === undefined) break
        receive?.(delivery)
      }
      wanting()
    },
  }
}
