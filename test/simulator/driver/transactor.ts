import type { CommitQueueOptions } from '@leadline/log/commit-queue'
import { Refusal } from '../broker/refusal.ts'
import type { PlacedRecord, Producer } from '../broker/transactions.ts'
import type { Connection } from './connection.ts'

export interface TransactorOptions {
  readonly connection: Connection
  readonly group: string
  readonly transactionalId: string
  readonly over: AbortSignal
}

type Transactor = CommitQueueOptions['transactor']
type Kept = Extract<Awaited<ReturnType<Transactor['run']>>, { readonly trace: unknown }>

const patienceMs = 10_000
const endPatienceMs = 60_000

type Part = 'done' | 'refused' | 'taken-over' | 'failed'

/** One transactional producer of a process, with the manners of the driver that the group fences. */
export function createModelledTransactor({ connection, group, transactionalId: id, over }: TransactorOptions): Transactor {
  const { host, cluster } = connection
  const { network, transactions, consumerGroups, random } = cluster
  let epoch: number | undefined

  const askCoordinator = (what: string, work: () => number | Promise<number>): Promise<number> =>
    network.call({ from: host, to: 'transactions', what: `${what} ${id}`, work })
  const waitAWhile = (most: number): Promise<void> => host.sleep(random.int(1, most), 'try again')

  async function settle(): Promise<void> {
    while (epoch === undefined) {
      if (over.aborted) throw new Error('it is closed')
      const opened = await askCoordinator('open', () => transactions.open(id, 2)).catch(() => undefined)
      epoch = opened
      if (opened === undefined) await waitAWhile(2_000)
    }
  }

  /** Again and again while nobody answers. */
  async function persist(giveUpAt: number, tryOnce: () => Promise<void>): Promise<Part> {
    while (!over.aborted && host.clock.now() < giveUpAt) {
      try {
        await tryOnce()
        return 'done'
      } catch (error) {
        if (error instanceof Refusal) return partOf(error)
      }
      await waitAWhile(20)
    }
    return 'failed'
  }

  const run: Transactor['run'] = async (offsets, records, place) => {
    await settle().catch(() => {})
    if (epoch === undefined) return { type: 'dropped' }
    const producer = { by: host.name, id, epoch }
    // Given back by an end that was answered: after any other one the next transaction begins with a new identity.
    epoch = undefined
    const giveUpAt = host.clock.now() + patienceMs
    const placed = records.flatMap(({ topic, partition, records: its }) =>
      its.map((sent) => ({ partition: cluster.partition(topic, partition), sent })),
    )
    const positions = offsets.map(({ topic, partition, offset, metadata }) => ({
      lane: { group, topic, partition },
      position: { offset, metadata },
    }))
    const produced = [...Map.groupBy(placed, ({ partition }) => partition.broker)].map(([to, its]) =>
      persist(giveUpAt, () => network.call({ from: host, to, what: 'produce', work: () => transactions.produce(producer, its) })),
    )
    const put = persist(giveUpAt, () =>
      network.call({
        from: host,
        to: 'positions',
        what: `positions ${id}`,
        work: () => transactions.putPositions(producer, positions, () => consumerGroups.check(group, place.member, place.epoch)),
      }),
    )
    const parts = await Promise.all([...produced, put])
    const trace = traceOf(placed)
    if (parts.every((part) => part === 'done')) return { type: await end(producer), trace }
    parts.push(await abort(producer))
    if (parts.includes('taken-over')) return { type: 'taken-over' }
    return { type: parts.includes('refused') ? 'refused' : 'dropped' }
  }

  async function end(producer: Producer): Promise<Kept['type']> {
    const giveUpAt = host.clock.now() + endPatienceMs
    while (!over.aborted && host.clock.now() < giveUpAt) {
      try {
        epoch = await askCoordinator('end', () => transactions.end(producer, 'committed'))
        return 'committed'
      } catch (error) {
        if (error instanceof Refusal) break
      }
      await waitAWhile(500)
    }
    return 'unknown'
  }

  async function abort(producer: Producer): Promise<Part> {
    try {
      epoch = await askCoordinator('abort', () => transactions.end(producer, 'aborted'))
      return 'done'
    } catch (error) {
      return error instanceof Refusal ? partOf(error) : 'failed'
    }
  }

  return { run, settle }
}

/** Where the first one is: the last time that it was sent. */
function traceOf([first]: readonly PlacedRecord[]): Kept['trace'] {
  if (first === undefined) return 'nothing'
  const stored = first.partition.stored.findLast(({ sent }) => sent === first.sent)
  if (stored === undefined) return undefined
  const { topic, partition, offset, timestamp } = stored.record
  return { topic, partition, offset, timestamp }
}

function partOf({ type }: Refusal): Part {
  if (type === 'INVALID_PRODUCER_EPOCH') return 'taken-over'
  return type === 'UNKNOWN_MEMBER_ID' || type === 'STALE_MEMBER_EPOCH' ? 'refused' : 'failed'
}
