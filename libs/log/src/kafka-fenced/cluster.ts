import { missingRight, refusedOn } from '../kafka/missing-right.ts'
import { unavailable } from '../log-errors.ts'
import {
  type BrokerAddress,
  type BrokerConnection,
  connectBroker,
  questionMs,
  type WireCall,
  type WireOptions,
} from './wire/broker-connection.ts'
import { codeText, errorCode } from './wire/error-codes.ts'
import { type Features, featuresCall } from './wire/features-call.ts'
import { type CoordinatorType, findCoordinatorCall } from './wire/group-calls.ts'
import { type ClusterMetadata, metadataCall } from './wire/metadata-call.ts'

/** What a connection is for: requests on one are answered in order, so a fetch that waits would hold up all behind it. */
export type Purpose = 'ask' | 'fetch' | 'produce' | 'heartbeat' | 'commit'

/** The brokers as this process knows them, and its connections to them. */
export interface Cluster {
  /** Names the topics to know about; asks the brokers. */
  know(topics: readonly string[]): Promise<void>
  /** Asks again who leads what; callers at the same time share one question. */
  refresh(): Promise<void>
  /** What the brokers have agreed on. */
  features(): Promise<Features>
  /** Undefined for a topic that is not there, or no more. */
  topicId(topic: string): string | undefined
  topicName(id: string): string | undefined
  /** Node that leads the partition, undefined while nobody does. */
  leader(topic: string, partition: number): number | undefined
  /** Calls back when some partition has another leader than before, or none, whoever asked; returns how to stop that. */
  onMoved(listener: () => void): () => void
  /** Asks what any broker can answer: the known ones, then those we were started with, last of all who did not answer lately. */
  askAny<T>(call: WireCall<T>): Promise<T>
  toNode(node: number, purpose: Purpose): Promise<BrokerConnection>
  toCoordinator(type: CoordinatorType, key: string, purpose: Purpose): Promise<BrokerConnection>
  /** The coordinator is another one now: it is looked for again. */
  forgetCoordinator(type: CoordinatorType, key: string): void
  close(): void
}

interface KnownTopic {
  readonly id: string
  readonly leaders: ReadonlyMap<number, number>
}

export function openCluster(bootstrap: readonly BrokerAddress[], options: WireOptions): Cluster {
  const wanted = new Set<string>()
  const topics = new Map<string, KnownTopic>()
  const names = new Map<string, string>()
  const coordinators = new Map<string, number>()
  const connections = new Map<string, Promise<BrokerConnection>>()
  const listeners = new Set<() => void>()
  /** When a question was in vain that any broker can answer: one that takes connections all the same would be asked first for ever. */
  const silent = new Map<string, number>()
  let brokers: ReadonlyMap<number, BrokerAddress> = new Map()
  let refreshing: Promise<void> | undefined
  let closed = false

  async function connected(name: string, address: BrokerAddress): Promise<BrokerConnection> {
    if (closed) throw unavailable('do this: it is closed')
    const current = connections.get(name)
    if (current !== undefined) {
      // An attempt that fails fails for all who wait for it: in turn, each would wait as long for a host that does not answer.
      const known = await current
      if (known.alive) return known
      // Of those who found it dead, the first one opens the next.
      if (connections.get(name) === current) connections.delete(name)
      return connected(name, address)
    }
    const opening = connectBroker(address, options)
    connections.set(name, opening)
    try {
      const connection = await opening
      if (closed) connection.close()
      return connection
    } catch (error) {
      if (connections.get(name) === opening) connections.delete(name)
      throw error
    }
  }

  async function askAny<T>(call: WireCall<T>): Promise<T> {
    const known = [...brokers].map(([node, address]) => ({ name: connectionName('ask', node, address), address }))
    const given = bootstrap.map((address) => ({ name: `ask ${address.host}:${address.port}`, address }))
    const order = [...known, ...given].toSorted((one, other) => (silent.get(one.name) ?? 0) - (silent.get(other.name) ?? 0))
    let reason: unknown
    for (const { name, address } of order) {
      try {
        const answer = await (await connected(name, address)).request(call, questionMs)
        silent.delete(name)
        return answer
      } catch (error) {
        reason = error
        silent.set(name, Date.now())
      }
    }
    throw unavailable('reach a broker', reason)
  }

  async function ask(): Promise<void> {
    keep(await askAny(metadataCall([...wanted])))
  }

  function keep({ brokers: found, topics: described }: ClusterMetadata): void {
    brokers = found
    let moved = false
    for (const { code, name, id, leaders } of described) {
      if (code === errorCode.unknownTopicOrPartition) moved = topics.delete(name) || moved
      if (code !== 0) continue
      moved ||= !sameLeaders(topics.get(name)?.leaders, leaders)
      topics.set(name, { id, leaders })
      names.set(id, name)
    }
    if (moved) for (const listener of listeners) listener()
  }

  const refresh = (): Promise<void> => {
    refreshing ??= ask().finally(() => {
      refreshing = undefined
    })
    return refreshing
  }

  async function toNode(node: number, purpose: Purpose): Promise<BrokerConnection> {
    if (!brokers.has(node)) await refresh()
    const address = brokers.get(node)
    if (address === undefined) throw unavailable(`find node ${node}`)
    return connected(connectionName(purpose, node, address), address)
  }

  async function findCoordinator(type: CoordinatorType, key: string): Promise<number> {
    const { code, nodeId, address } = await askAny(findCoordinatorCall(type, key))
    const on = refusedOn.get(code)
    if (on === 'group') throw missingRight({ operation: 'READ', on, name: key })
    if (on === 'transactional id') throw missingRight({ operation: 'WRITE', on, name: key })
    if (code !== 0) throw unavailable(`find the coordinator of ${type} ${key}: ${codeText(code)}`)
    coordinators.set(`${type} ${key}`, nodeId)
    // It may have come back elsewhere, and who needs nothing but coordinators never asks for metadata.
    brokers = new Map(brokers).set(nodeId, address)
    return nodeId
  }

  return {
    async know(more) {
      for (const topic of more) wanted.add(topic)
      if (more.some((topic) => !topics.has(topic))) await refresh()
    },
    refresh,
    features: () => askAny(featuresCall()),
    topicId: (topic) => topics.get(topic)?.id,
    topicName: (id) => names.get(id),
    leader(topic, partition) {
      const node = topics.get(topic)?.leaders.get(partition)
      return node === undefined || node < 0 ? undefined : node
    },
    onMoved(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    askAny,
    toNode,
    async toCoordinator(type, key, purpose) {
      return toNode(coordinators.get(`${type} ${key}`) ?? (await findCoordinator(type, key)), purpose)
    },
    forgetCoordinator: (type, key) => void coordinators.delete(`${type} ${key}`),
    close() {
      closed = true
      for (const opening of connections.values()) {
        opening.then(
          (connection) => connection.close(),
          () => {},
        )
      }
      connections.clear()
    },
  }
}

/** By its address too: where a node was may be another one now. */
function connectionName(purpose: Purpose, node: number, { host, port }: BrokerAddress): string {
  return `${purpose} ${node} ${host}:${port}`
}

function sameLeaders(before: ReadonlyMap<number, number> | undefined, now: ReadonlyMap<number, number>): boolean {
  return before !== undefined && before.size === now.size && [...now].every(([partition, node]) => before.get(partition) === node)
}
