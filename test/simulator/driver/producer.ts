import type { LaneCommit, LanePosition } from '@leadline/log'
import { type LaneName, laneKey, type PlacedRecord } from '../broker/transactions.ts'
import type { Connection } from './connection.ts'

/** The transactional producer of one lane, by the rules of the Kafka driver: after one error it is worthless. */
export interface LaneProducer {
  readonly position: LanePosition
  commit(next: LaneCommit, records: readonly PlacedRecord[]): Promise<void>
}

/** Fences the former owner, then reads the position; tries again until that works or `gone` aborts. */
export async function openProducer(connection: Connection, lane: LaneName, gone: AbortSignal): Promise<LaneProducer | undefined> {
  const { host, cluster } = connection
  for (let waitMs = 50; !gone.aborted; waitMs = Math.min(waitMs * 2, 5_000)) {
    const opened = await openOnce(connection, lane).catch(() => undefined)
    if (gone.aborted) return undefined
    if (opened !== undefined) return opened
    await host.sleep(waitMs * (0.5 + cluster.random.next()), 'open again')
  }
  return undefined
}

async function openOnce({ host, cluster }: Connection, lane: LaneName): Promise<LaneProducer> {
  const { transactions, network } = cluster
  const ask = <T>(what: string, work: () => T | Promise<T>): Promise<T> =>
    network.call({ from: host, to: 'transactions', what: `${what} ${lane.topic}/${lane.partition}`, work })
  const epoch = await ask('open', () => transactions.open(laneKey(lane), 1))
  const position = await ask('position', () => transactions.position(lane))
  const producer = { by: host.name, id: laneKey(lane), epoch }

  async function commit({ offset, metadata }: LaneCommit, records: readonly PlacedRecord[]): Promise<void> {
    await ask('offset', () => transactions.putPositions(producer, [{ lane, position: { offset, metadata } }]))
    const byBroker = Map.groupBy(records, ({ partition }) => partition.broker)
    await Promise.all(
      [...byBroker].map(([to, placed]) =>
        network.call({ from: host, to, what: 'produce', work: () => transactions.produce(producer, placed) }),
      ),
    )
    await ask('end', () => transactions.end(producer, 'committed'))
  }

  return { position, commit }
}
