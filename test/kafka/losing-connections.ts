import type { KafkaLogOptions } from '@leadline/log'
import { endTransaction } from './cutting-sockets.ts'

const produce = 0
const heartbeat = 68

type Wrap = NonNullable<KafkaLogOptions['wrapConnection']>

export interface LosingConnections {
  readonly wrap: Wrap
  /** The next end of a transaction gets no answer: the broker had it, or it never came there. */
  loseNextCommit(fate: 'kept' | 'dropped'): void
  /** The same for the next records that are sent. */
  loseNextAppend(fate: 'kept' | 'dropped'): void
  /** The next word of a member to its group never comes there. */
  loseNextHeartbeat(): void
  /** From now on no request of these kinds reaches the broker; none again with an empty list. */
  cutAll(apiKeys: readonly number[]): void
}

/** Connections that can be told to lose a request or its answer. */
export function createLosingConnections(): LosingConnections {
  let forbidden: readonly number[] = []
  let losing: { readonly key: number; readonly fate: 'kept' | 'dropped' } | undefined
  const wrap: Wrap = (connection) => ({
    get alive() {
      return connection.alive
    },
    close: connection.close,
    async request(call, timeoutMs) {
      if (forbidden.includes(call.key)) throw new Error('this connection was cut by the test')
      if (call.key !== losing?.key) return connection.request(call, timeoutMs)
      const { fate } = losing
      losing = undefined
      if (fate === 'kept') await connection.request(call, timeoutMs)
      connection.close()
      throw new Error('this connection was cut by the test')
    },
  })
  return {
    wrap,
    loseNextCommit(fate) {
      losing = { key: endTransaction, fate }
    },
    loseNextAppend(fate) {
      losing = { key: produce, fate }
    },
    loseNextHeartbeat() {
      losing = { key: heartbeat, fate: 'dropped' }
    },
    cutAll(apiKeys) {
      forbidden = apiKeys
    },
  }
}
