import net from 'node:net'
import type { ISocketFactory } from 'kafkajs'

export interface CuttingSockets {
  readonly factory: ISocketFactory
  /** The next request of this kind gets no answer: the broker got it, or did not. The connection is cut. */
  cutNext(apiKey: number, fate: 'kept' | 'dropped'): void
  /** From now on no request of these kinds reaches the broker; none again with an empty list. */
  cutAll(apiKeys: readonly number[]): void
}

/** Number of the request that ends a transaction, in the protocol. */
export const endTransaction = 26

const apiKeyAt = 4

/** Plain connections that can be told to lose an answer. */
export function createCuttingSockets(): CuttingSockets {
  let forbidden: readonly number[] = []
  let next: { apiKey: number; fate: 'kept' | 'dropped' } | undefined
  return {
    factory({ host, port, onConnect }) {
      const socket = net.connect({ host, port }, onConnect)
      const write = socket.write.bind(socket)
      socket.write = (chunk: Uint8Array | string, ...rest: never[]) => {
        const request = Buffer.from(chunk as Uint8Array)
        const apiKey = request.readInt16BE(apiKeyAt)
        if (forbidden.includes(apiKey)) return socket.destroy(new Error('cut for good')).writable
        if (next === undefined || apiKey !== next.apiKey) return write(chunk, ...rest)
        const { fate } = next
        next = undefined
        if (fate === 'dropped') return socket.destroy(new Error('cut before the request')).writable
        socket.removeAllListeners('data')
        socket.once('data', () => socket.destroy(new Error('cut before the answer')))
        return write(chunk, ...rest)
      }
      return socket
    },
    cutAll(apiKeys) {
      forbidden = apiKeys
    },
    cutNext(apiKey, fate) {
      next = { apiKey, fate }
    },
  }
}
