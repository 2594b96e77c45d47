import { createRefusals } from '../kafka/refusals.ts'
import type { LogListener } from '../log-listener.ts'
import type { Cluster } from './cluster.ts'
import type { BrokerConnection, WireCall } from './wire/broker-connection.ts'

/** Numbers of the requests, in the protocol. */
export const asked = {
  produce: 0,
  fetch: 1,
  position: 9,
  heartbeat: 68,
  describeGroup: 69,
  initProducer: 22,
  endTransaction: 26,
  putOffsets: 28,
} as const

/** For tests: what the brokers answer to each request, by its kind, first come first served; an `Error` is a connection that ends. */
export interface Script {
  readonly answers: Map<number, unknown[]>
  /** Every request, in order. */
  readonly log: { readonly key: number; readonly call: WireCall<unknown>; readonly timeoutMs: number | undefined }[]
  readonly forgotten: string[]
  readonly refreshes: () => number
  readonly cluster: Cluster
}

/** For tests: nothing may be done with any topic. */
export const refusalsTo = (listener: LogListener) =>
  createRefusals({ rights: async () => new Map(), coordinator: async () => ({ code: 0, nodeId: 1 }), listener, now: () => 0 })

/** A cluster of one node whose answers are scripted; without one left, `usual` answers. */
export function scriptedCluster(usual: ReadonlyMap<number, (call: WireCall<unknown>) => unknown>): Script {
  const answers = new Map<number, unknown[]>()
  const log: Script['log'] = []
  const forgotten: string[] = []
  let refreshed = 0
  const connection: BrokerConnection = {
    alive: true,
    close: () => {},
    async request<T>(call: WireCall<T>, timeoutMs?: number): Promise<T> {
      log.push({ key: call.key, call, timeoutMs })
      const script = answers.get(call.key)
      const answer = script === undefined || script.length === 0 ? usual.get(call.key)?.(call) : script.shift()
      if (answer instanceof Error) throw answer
      return answer as T
    },
  }
  const cluster: Cluster = {
    know: async () => {},
    refresh: async () => {
      refreshed++
    },
    features: async () => new Map(),
    topicId: (topic) => `id-of-${topic}`,
    topicName: (id) => id.replace('id-of-', ''),
    leader: () => 1,
    onMoved: () => () => {},
    askAny: (call) => connection.request(call),
    toNode: async () => connection,
    toCoordinator: async () => connection,
    forgetCoordinator: (type) => void forgotten.push(type),
    close: () => {},
  }
  return { answers, log, forgotten, refreshes: () => refreshed, cluster }
}
