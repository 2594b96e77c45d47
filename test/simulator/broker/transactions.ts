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

export interface NewPosition {
  readonly lane: LaneName
  readonly position: LanePosition
}

/** What a decided transaction holds. */
export interface DecidedCommit {
  /** The process that committed. */
  readonly by: string
  readonly positions: readonly NewPosition[]
  readonly records: readonly OutgoingRecord[]
}

/** The transaction coordinator: epochs that fence, and ends that are decided first and visible later. */
export interface Transactions {
  /** Fences every earlier epoch, ends what it left open, and resolves with the new epoch when that is over. */
  open(id: string, version: TransactionVersion): Promise<number>
  /** `check` throws unless the group lets the sender write at the moment it is written. */
  putPositions(producer: Producer, positions: readonly NewPosition[], check?: () => void): Promise<void>
  produce(producer: Producer, records: readonly PlacedRecord[]): Promise<void>
  /**
   * Decides; the records and the positions become visible later, partition by partition. Resolves with the epoch of the next transaction:
   * in version 2 every transaction has its own, so that nothing late can get into the next one, and who asks again gets the same answer.
   */
  end(producer: Producer, how: 'committed' | 'aborted'): number
  position(lane: LaneName): LanePosition
  /** What a coordinator tells of it that can have fallen behind. */
  toldPosition(lane: LaneName): LanePosition
  /** For so long the coordinator tells of the positions before the last ones, and some ends of transactions are not told as they were. */
  fallBehind(forMs: number): void
  /** Whether no transaction that is not over would change the position. */
  isStable(lane: LaneName): boolean
}

/** 1: begun by the position, one epoch for an owner. 2 (KIP-890): begun by whatever comes first, an epoch for each transaction. */
export type TransactionVersion = 1 | 2

export interface Producer {
  readonly by: string
  readonly id: string
  readonly epoch: number
}

export interface PlacedRecord {
  readonly partition: Partition
  readonly sent: OutgoingRecord
}

interface OpenTransaction extends Transaction {
  readonly touched: Set<Partition>
  readonly positions: Map<string, NewPosition>
  readonly records: OutgoingRecord[]
  readonly cancelTimeout: () => void
}

interface ProducerState {
  readonly id: string
  version: TransactionVersion
  epoch: number
  current: OpenTransaction | null
  /** How the transaction of the epoch before ended, while its owner may ask again. */
  ended: 'committed' | 'aborted' | null
  /** Markers that are not written yet. */
  markers: number
  waiting: (() => void)[]
}

export interface TransactionsOptions {
  readonly timeline: Timeline
  readonly random: Random
  readonly metadataLength: number
  readonly timeoutMs: number
  /** Share of markers that come late. */
  readonly slowMarkers: number
  readonly now: () => number
  readonly decided: (commit: DecidedCommit) => void
  readonly count: (fault: string) => void
}

export function createTransactions(options: TransactionsOptions): Transactions {
  const { timeline, random, metadataLength, timeoutMs, slowMarkers, now, decided, count } = options
  const producers = new Map<string, ProducerState>()
  const positions = new Map<string, LanePosition>()
  const former = new Map<string, LanePosition>()
  let behindUntil = 0
  /** How many transactions that are not over would change a position. */
  const unstable = new Map<string, number>()
  let transactions = 0

  function stateOf(id: string): ProducerState {
    const found = producers.get(id)
    if (found !== undefined) return found
    const state: ProducerState = { id, version: 1, epoch: 0, current: null, ended: null, markers: 0, waiting: [] }
    producers.set(id, state)
    return state
  }

  const settled = (state: ProducerState): Promise<void> =>
    state.markers === 0 ? Promise.resolve() : new Promise((resolve) => void state.waiting.push(resolve))

  function checked({ id, epoch }: Producer): ProducerState {
    const state = stateOf(id)
    if (state.epoch !== epoch) throw new Refusal('INVALID_PRODUCER_EPOCH')
    return state
  }

  function begin(state: ProducerState): OpenTransaction {
    const current: OpenTransaction = {
      id: `${state.id}#${++transactions}`,
      status: 'open',
      touched: new Set(),
      positions: new Map(),
      records: [],
      cancelTimeout: timeline.schedule(timeoutMs, 'transaction timeout', () => expire(state, current)),
    }
    state.current = current
    return current
  }

  function finish(state: ProducerState, status: 'committed' | 'aborted'): void {
    const { current } = state
    if (current === null) return
    current.cancelTimeout()
    current.status = status
    state.current = null
    // One request to each broker that has a part of it, and one to the group's.
    const byBroker = Map.groupBy(current.touched, ({ broker }) => broker)
    state.markers = byBroker.size + 1
    for (const partitions of byBroker.values()) {
      writeMarkers(state, () => {
        for (const partition of partitions) partition.mark(current)
      })
    }
    writeMarkers(state, () => {
      for (const [key, { position }] of current.positions) {
        unstable.set(key, (unstable.get(key) ?? 1) - 1)
        if (status === 'committed') move(key, position)
      }
    })
  }

  function move(key: string, position: LanePosition): void {
    const last = positions.get(key)
    if (last !== undefined) former.set(key, last)
    positions.set(key, position)
  }

  function writeMarkers(state: ProducerState, write: () => void): void {
    const delayMs = random.chance(slowMarkers) ? random.int(10, 1_500) : random.int(0, 3)
    timeline.schedule(delayMs, `marker ${state.id}`, () => {
      write()
      state.markers--
      if (state.markers > 0) return
      const { waiting } = state
      state.waiting = []
      for (const resolve of waiting) resolve()
    })
  }

  function expire(state: ProducerState, transaction: OpenTransaction): void {
    if (state.current !== transaction) return
    count('transaction timed out')
    state.epoch++
    state.ended = null
    finish(state, 'aborted')
  }

  /** The producer's state, when its transaction before is over. */
  async function ready(producer: Producer): Promise<ProducerState> {
    await settled(checked(producer))
    return checked(producer)
  }

  return {
    open: async (id, version) => {
      const state = stateOf(id)
      const epoch = ++state.epoch
      state.version = version
      state.ended = null
      if (state.current !== null) count('transaction aborted by a new owner')
      finish(state, 'aborted')
      await settled(state)
      if (state.epoch !== epoch) throw new Refusal('CONCURRENT_TRANSACTIONS')
      return epoch
    },
    putPositions: async (producer, wanted, check) => {
      if (wanted.some(({ position }) => position.metadata.length > metadataLength)) throw new Refusal('OFFSET_METADATA_TOO_LARGE')
      const state = await ready(producer)
      check?.()
      if (state.version === 1 && state.current !== null) throw new Refusal('INVALID_TXN_STATE')
      const current = state.current ?? begin(state)
      for (const { lane, position } of wanted) {
        const key = laneKey(lane)
        if (!current.positions.has(key)) unstable.set(key, (unstable.get(key) ?? 0) + 1)
        current.positions.set(key, { lane, position })
      }
    },
    produce: async (producer, records) => {
      const { version } = checked(producer)
      const state = version === 1 ? checked(producer) : await ready(producer)
      if (version === 1 && state.current === null) throw new Refusal('INVALID_TXN_STATE')
      const current = state.current ?? begin(state)
      const known = new Set(current.touched)
      for (const { partition, sent } of records) {
        // The same batch once more, by its number: it is there already.
        if (version === 2 && known.has(partition)) continue
        current.touched.add(partition)
        current.records.push(sent)
        partition.append(sent, current, now())
      }
    },
    end: (producer, how) => {
      const state = stateOf(producer.id)
      if (state.version === 2 && state.ended === how && state.epoch === producer.epoch + 1) return state.epoch
      const { current } = checked(producer)
      const untold = state.version === 2 && now() < behindUntil && random.chance(0.3)
      if (untold && random.chance(0.5)) finish(state, 'aborted')
      if (untold && state.current === null) throw new Refusal('INVALID_TXN_STATE')
      if (current === null && how === 'committed') throw new Refusal('INVALID_TXN_STATE')
      if (state.version === 2) {
        state.epoch++
        state.ended = how
      }
      finish(state, how)
      if (current !== null && how === 'committed')
        decided({ by: producer.by, positions: [...current.positions.values()], records: current.records })
      if (untold) throw new Refusal('INVALID_TXN_STATE')
      return state.epoch
    },
    position: (lane) => positions.get(laneKey(lane)) ?? { offset: null, metadata: '' },
    toldPosition: (lane) => {
      const key = laneKey(lane)
      const old = now() < behindUntil ? former.get(key) : undefined
      if (old !== undefined) count('position behind')
      return old ?? positions.get(key) ?? { offset: null, metadata: '' }
    },
    fallBehind: (forMs) => {
      behindUntil = Math.max(behindUntil, now() + forMs)
    },
    isStable: (lane) => (unstable.get(laneKey(lane)) ?? 0) === 0,
  }
}
