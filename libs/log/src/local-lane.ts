import type { LaneName, LocalStorage, LocalWrite } from './local-storage.ts'
import type { Delivery, LaneCommit, LogLane } from './log.ts'
import type { PlaceRecord } from './place-records.ts'

export interface LocalLane extends LogLane {
  /** From now on commits answer `fenced` and nothing is delivered. */
  fence(): void
}

export interface LocalLaneOptions {
  readonly name: LaneName
  readonly storage: LocalStorage
  readonly place: PlaceRecord
}

/** A lane over a storage of this process. Its position is read when it is made, after the former owner was fenced. */
export function createLocalLane({ name, storage, place }: LocalLaneOptions): LocalLane {
  let owned = true
  const feed = createFeed(name, storage, () => owned)
  const stillOwned = () => owned
  const commit = async ({ offset, metadata, records }: LaneCommit) => {
    if (!owned) return 'fenced'
    try {
      const write: LocalWrite = { records: records.map(place), position: { lane: name, offset, metadata, stillOwned } }
      return (await storage.write(write)) === 'written' ? 'committed' : 'fenced'
    } catch {
      return owned ? 'unknown' : 'fenced'
    }
  }
  return {
    ...name,
    position: storage.position(name),
    start: feed.start,
    pause: feed.pause,
    resume: feed.resume,
    commit,
    // A storage answers a write only when it is settled, so there is nothing on its way to fence.
    reopen: async () => (owned ? storage.position(name) : 'fenced'),
    fence() {
      owned = false
      feed.stop()
    },
  }
}

function createFeed({ topic, partition }: LaneName, storage: LocalStorage, isOwned: () => boolean) {
  let deliver: ((delivery: Delivery) => void) | undefined
  let next = 0
  let paused = false
  let scheduled = false
  let unwatch: () => void = () => {}

  const pump = () => {
    scheduled = false
    if (deliver === undefined || paused || !isOwned()) return
    const batch = storage.read(topic, partition, next)
    if (batch.nextOffset <= next) return
    next = batch.nextOffset
    deliver(batch)
    wake()
  }
  const wake = () => {
    if (scheduled || paused || deliver === undefined) return
    scheduled = true
    // One batch a turn: a long backlog must not keep the process from its sockets.
    setImmediate(pump)
  }
  return {
    start(from: number, to: (delivery: Delivery) => void) {
      if (!isOwned()) return
      unwatch()
      const ends = storage.ends(topic)[partition]
      next = Math.max(ends?.start ?? 0, from)
      deliver = to
      unwatch = storage.watch(topic, partition, wake)
      wake()
    },
    pause() {
      paused = true
    },
    resume() {
      paused = false
      wake()
    },
    stop() {
      unwatch()
      deliver = undefined
    },
  }
}
