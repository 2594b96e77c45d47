import type { LanePosition, OutgoingRecord } from '@leadline/log'
import type { Random } from '../kernel/random.ts'
import type { Timeline } from '../kernel/timeline.ts'
import type { Partition, Transaction } from './partition.ts'
import { Refusal } from './refusal.ts'

export interface LaneName {
  readonly group: string
  readonly topic: string
  readonly partition: number
}

export const laneKey = ({ group, topic, partition }: LaneName): string => `${group}/${topic}/${partition}`

/** What a decided commit holds. */
export interface DecidedCommit {
  readonly lane: LaneName
  /** The process that committed. */
  readonly by: string
  readonly position: LanePosition
  readonly records: readonly OutgoingRecord[]
}

/** The transaction coordinator: epochs that fence, and ends that are decided first and visible later. */
export interface Transactions {
  /** Fences every earlier epoch, ends what it left open, and resolves with the new epoch when that is over. */
  open(lane: LaneName): Promise<number>
  sendOffset(producer: Producer, position: LanePosition): Promise<void>
  produce(producer: Producer, records: readonly PlacedRecord[]): void
  /** Decides; the records and the position become visible later, partition by partition. */
  commit(producer: Producer): void
  position(lane: LaneName): LanePosition
  /** An operator or another client writes a position past all lanes. */
  setPosition(lane: LaneName, position: LanePosition): void
}

export interface Producer {
  readonly by: string
  readonly lane: LaneName
  readonly epoch: number
}

export interface PlacedRecord {
  readonly partition: Partition
  readonly sent: OutgoingRecord
}

interface OpenTransaction extends Transaction {
  readonly touched: Set<Partition>
  readonly position: LanePosition
  readonly records: OutgoingRecord[]
  readonly cancelTimeout: () => void
}

interface Lane {
  readonly name: LaneName
  epoch: number
  current: OpenTransaction | null
  /** Markers that are not written yet. */
  markers: number
  waiting: (() => void)[]
  position: LanePosition
}

export interface TransactionsOptions {
  readonly timeline: Timeline
  readonly random: Random
  readonly metadataLength: number
  readonly timeoutMs: number
  readonly now: () => number
  readonly decided: (commit: DecidedCommit) => void
  readonly count: (fault: string) => void
}

export function createTransactions(options: TransactionsOptions): Transactions {
  const { timeline, random, metadataLength, timeoutMs, now, decided, count } = options
  const lanes = new Map<string, Lane>()
  let transactions = 0

  function laneOf(name: LaneName): Lane {
    const key = laneKey(name)
    const found = lanes.get(key)
    if (found !== undefined) return found
    const lane: Lane = { name, epoch: 0, current: null, markers: 0, waiting: [], position: { offset: null, metadata: '' } }
    lanes.set(key, lane)
    return lane
  }

  const settled = (lane: Lane): Promise<void> =>
    lane.markers === 0 ? Promise.resolve() : new Promise((resolve) => void lane.waiting.push(resolve))

  function checked({ lane: name, epoch }: Producer): Lane {
    const lane = laneOf(name)
    if (lane.epoch !== epoch) throw new Refusal('INVALID_PRODUCER_EPOCH')
    return lane
  }

  function end(lane: Lane, status: 'committed' | 'aborted'): void {
    const { current } = lane
    if (current === null) return
    current.cancelTimeout()
    current.status = status
    lane.current = null
    // One request to each broker that has a part of it, and one to the group's.
    const byBroker = Map.groupBy(current.touched, ({ broker }) => broker)
    lane.markers = byBroker.size + 1
    for (const partitions of byBroker.values()) {
      writeMarkers(lane, () => {
        for (const partition of partitions) partition.mark(current)
      })
    }
    writeMarkers(lane, () => {
      if (status === 'committed') lane.position = current.position
    })
  }

  function writeMarkers(lane: Lane, write: () => void): void {
    const delayMs = random.chance(0.05) ? random.int(10, 1_500) : random.int(0, 3)
    timeline.schedule(delayMs, `marker ${laneKey(lane.name)}`, () => {
      write()
      lane.markers--
      if (lane.markers > 0) return
      const { waiting } = lane
      lane.waiting = []
      for (const resolve of waiting) resolve()
    })
  }

  function expire(lane: Lane, transaction: OpenTransaction): void {
    if (lane.current !== transaction) return
    count('transaction timed out')
    lane.epoch++
    end(lane, 'aborted')
  }

  return {
    open: async (name) => {
      const lane = laneOf(name)
      const epoch = ++lane.epoch
      if (lane.current !== null) count('transaction aborted by a new owner')
      end(lane, 'aborted')
      await settled(lane)
      if (lane.epoch !== epoch) throw new Refusal('CONCURRENT_TRANSACTIONS')
      return epoch
    },
    sendOffset: async (producer, position) => {
      if (position.metadata.length > metadataLength) throw new Refusal('OFFSET_METADATA_TOO_LARGE')
      await settled(checked(producer))
      const lane = checked(producer)
      if (lane.current !== null) throw new Refusal('INVALID_TXN_STATE')
      const current: OpenTransaction = {
        id: `${laneKey(lane.name)}#${++transactions}`,
        status: 'open',
        touched: new Set(),
        position,
        records: [],
        cancelTimeout: timeline.schedule(timeoutMs, 'transaction timeout', () => expire(lane, current)),
      }
      lane.current = current
    },
    produce: (producer, records) => {
      const { current } = checked(producer)
      if (current === null) throw new Refusal('INVALID_TXN_STATE')
      for (const { partition, sent } of records) {
        current.touched.add(partition)
        current.records.push(sent)
        partition.append(sent, current, now())
      }
    },
    commit: (producer) => {
      const lane = checked(producer)
      const { current } = lane
      if (current === null) throw new Refusal('INVALID_TXN_STATE')
      end(lane, 'committed')
      decided({ lane: lane.name, by: producer.by, position: current.position, records: current.records })
    },
    position: (name) => laneOf(name).position,
    setPosition: (name, position) => {
      laneOf(name).position = position
    },
  }
}
