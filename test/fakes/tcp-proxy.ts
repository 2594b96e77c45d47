import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export type Direction = 'to-server' | 'to-client' | 'both'

/** What a network can do to connections, until it is mended. */
export type NetworkFault =
  /** Every connection is reset, and new ones too. */
  | { readonly type: 'refuse' }
  /** Bytes arrive, later. */
  | { readonly type: 'delay'; readonly direction: Direction; readonly delayMs: number }
  /** Nothing arrives, nobody is told; when mended, what was sent meanwhile arrives: TCP sends it again. */
  | { readonly type: 'hold'; readonly direction: Direction }
  /** A black hole: what is sent is gone. When mended, connections that lost something are reset. */
  | { readonly type: 'drop'; readonly direction: Direction }
  /** The server has closed every connection and the clients have not heard of it; new ones work. When mended, a client is told at its next byte. */
  | { readonly type: 'half-open' }

/** Stands between clients and one server on 127.0.0.1 and breaks what passes, on demand. */
export interface TcpProxy extends AsyncDisposable {
  readonly port: number
  /** In place of the fault before. */
  inject(fault: NetworkFault): void
  mend(): void
  /** Resets every connection once. */
  cut(): void
  readonly connections: number
}

interface Link {
  setFault(fault: NetworkFault | undefined): void
  reset(): void
}

export async function openTcpProxy(serverPort: number): Promise<TcpProxy> {
  const links = new Set<Link>()
  let fault: NetworkFault | undefined
  // Half-open ends are not shared: a client that closes its end does not close the server's by that.
  const listener = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    if (fault?.type === 'refuse') return void client.on('error', () => {}).resetAndDestroy()
    const link = createLink(client, serverPort, () => links.delete(link))
    links.add(link)
    if (fault?.type !== 'half-open') link.setFault(fault)
  })
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const cut = () => {
    for (const link of [...links]) link.reset()
  }
  return {
    port: (listener.address() as AddressInfo).port,
    inject(next) {
      fault = next
      for (const link of [...links]) link.setFault(next)
    },
    mend() {
      fault = undefined
      for (const link of [...links]) link.setFault(undefined)
    },
    cut,
    get connections() {
      return links.size
    },
    async [Symbol.asyncDispose]() {
      listener.close()
      cut()
    },
  }
}

function createLink(client: Socket, serverPort: number, closed: () => void): Link {
  const server = connect({ host: '127.0.0.1', port: serverPort, noDelay: true, allowHalfOpen: true })
  let halfOpen = false
  const reset = () => {
    for (const socket of [client, server]) if (!socket.destroyed) socket.resetAndDestroy()
    closed()
  }
  const ways = [createWay(client, server, 'to-server', reset), createWay(server, client, 'to-client', reset)]
  const ended = () => {
    if (!halfOpen) reset()
  }
  for (const socket of [client, server]) socket.on('error', ended).on('close', ended)
  return {
    reset,
    setFault(fault) {
      if (halfOpen) {
        // Nothing comes back from a closed end: the first byte after the mending is answered with a reset.
        if (fault === undefined) client.once('data', reset)
        return
      }
      if (fault?.type === 'refuse') return reset()
      for (const way of ways) way.setFault(fault)
      if (fault?.type !== 'half-open') return
      halfOpen = true
      client.once('close', reset)
      server.destroy()
    },
  }
}

/** One direction of a connection. */
function createWay(from: Socket, to: Socket, direction: Exclude<Direction, 'both'>, reset: () => void) {
  let fault: NetworkFault | undefined
  let lost = false
  // Bytes keep their order: whatever timer fires, the oldest goes first.
  const waiting: (() => void)[] = []
  const affects = (candidate: NetworkFault | undefined): candidate is NetworkFault & { direction: Direction } =>
    candidate !== undefined && 'direction' in candidate && (candidate.direction === 'both' || candidate.direction === direction)

  const later = (pass: () => void) => {
    const delayMs = affects(fault) && fault.type === 'delay' ? fault.delayMs : 0
    if (delayMs === 0 && waiting.length === 0) return pass()
    waiting.push(pass)
    setTimeout(() => waiting.shift()?.(), delayMs)
  }
  from.on('data', (chunk) => {
    if (fault?.type === 'half-open' || (affects(fault) && fault.type === 'drop')) {
      lost = true
      return
    }
    later(() => {
      if (to.destroyed || to.write(chunk)) return
      from.pause()
      to.once('drain', () => flow())
    })
  })
  from.on('end', () => later(() => to.end()))
  const flow = () => {
    if (affects(fault) && fault.type === 'hold') from.pause()
    else if (!to.writableNeedDrain) from.resume()
  }
  return {
    setFault(next: NetworkFault | undefined) {
      fault = next
      if (lost && next?.type !== 'drop') return reset()
      flow()
    },
  }
}
