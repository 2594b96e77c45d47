import type { KafkaLogOptions } from '@leadline/log'

type Wrap = NonNullable<KafkaLogOptions['wrapConnection']>

const endTransaction = 26

/** Connections on which the next end of a transaction gets no answer: the broker had it, or it never came there. */
export function createLosingConnections(): { wrap: Wrap; loseNextCommit(fate: 'kept' | 'dropped'): void } {
  let fate: 'kept' | 'dropped' | undefined
  const wrap: Wrap = (connection) => ({
    get alive() {
      return connection.alive
    },
    close: connection.close,
    async request(call) {
      if (call.key !== endTransaction || fate === undefined) return connection.request(call)
      const lost = fate
      fate = undefined
      if (lost === 'kept') await connection.request(call)
      connection.close()
      throw new Error('this connection was cut by the test')
    },
  })
  return {
    wrap,
    loseNextCommit(next) {
      fate = next
    },
  }
}
