import { isIP } from 'node:net'
import type { ConnectionOptions } from 'node:tls'
import { Connection, type Reader, type SASLOptions, type Writer } from '@platformatic/kafka'

/** One request of the protocol, in a version with tagged fields, and how its answer is read. */
export interface WireCall<T> {
  readonly key: number
  readonly version: number
  /** False for the one answer whose header has no tagged fields. */
  readonly taggedAnswer?: boolean
  write(): Writer
  read(reader: Reader): T
}

export interface BrokerAddress {
  readonly host: string
  readonly port: number
}

export interface BrokerConnection {
  /**
   * Rejects when the connection ends first, or the answer takes longer than `timeoutMs` (30 s unless told), which ends the connection:
   * whether the broker did it is then unknown.
   */
  request<T>(call: WireCall<T>, timeoutMs?: number): Promise<T>
  readonly alive: boolean
  close(): void
}

export interface WireOptions {
  readonly clientId: string
  readonly tls: ConnectionOptions | undefined
  readonly sasl: SASLOptions | undefined
  /** For tests that lose answers. */
  readonly wrap?: ((connection: BrokerConnection) => BrokerConnection) | undefined
}

const connectMs = 3_000
const requestMs = 30_000
/** For what any broker answers at once: one that does not within this time is passed over. */
export const questionMs = 3_000
/** For what a coordinator answers when it has written something down, which can wait until a copy that has gone silent is given up. */
export const coordinatorMs = 10_000
const mostInFlight = 1_000

/** Rejects when the broker cannot be reached or refuses the credentials. */
export async function connectBroker({ host, port }: BrokerAddress, options: WireOptions): Promise<BrokerConnection> {
  const { clientId, tls, sasl, wrap } = options
  const socket = new Connection(clientId, {
    connectTimeout: connectMs,
    requestTimeout: requestMs,
    maxInflights: mostInFlight,
    // An address is no name for the server to choose by; what the certificate must name is checked all the same.
    ...(tls !== undefined && { tls, tlsServerName: isIP(host) === 0 }),
    ...(sasl !== undefined && { sasl }),
  })
  // Each request in flight is told by itself; without a listener the event would end the process.
  socket.on('error', () => {})
  // A connection that has ended would log in again all the same, by a timer that only the library's own `close` takes away.
  socket.on('close', () => void socket.close())
  await socket.connect(host, port)
  const connection: BrokerConnection = {
    async request(call, timeoutMs = requestMs) {
      let late = false
      const timer = setTimeout(() => {
        late = true
        socket.socket.destroy()
      }, timeoutMs)
      try {
        // Between two logins a broker ends a connection that asks for anything else.
        if (socket.status === 'reauthenticating') await loggedIn(socket)
        return await send(socket, call)
      } catch (error) {
        // An answer that comes after all would be taken for another one's.
        socket.socket.destroy()
        throw late ? new Error(`no answer in ${timeoutMs} ms`, { cause: error }) : error
      } finally {
        clearTimeout(timer)
      }
    },
    get alive() {
      return socket.isConnected() || socket.status === 'reauthenticating'
    },
    // Not the library's own `close`, which waits for answers.
    close: () => void socket.socket.destroy(),
  }
  return wrap === undefined ? connection : wrap(connection)
}

/** Resolves when the login that is under way has ended, well or not. */
function loggedIn(socket: Connection): Promise<void> {
  return new Promise((resolve) => {
    const ends = ['connect', 'error', 'close'] as const
    const done = () => {
      for (const end of ends) socket.off(end, done)
      resolve()
    }
    for (const end of ends) socket.on(end, done)
  })
}

function send<T>(socket: Connection, { key, version, taggedAnswer = true, write, read }: WireCall<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const parse = (_correlation: number, _key: number, _version: number, reader: Reader) => ({ answer: read(reader) })
    socket.send<{ readonly answer: T }>(key, version, write, parse, true, taggedAnswer, (error, parsed) => {
      if (parsed === undefined || error !== null) reject(error ?? new Error('an answer without content'))
      else resolve(parsed.answer)
    })
  })
}

const usualPort = 9_092

/** Of `host:port`; the port is the usual 9092 unless told. */
export function brokerAddress(text: string): BrokerAddress {
  const at = text.lastIndexOf(':')
  const port = Number(text.slice(at + 1))
  const [host, known] = at > 0 && Number.isInteger(port) ? [text.slice(0, at), port] : [text, usualPort]
  return { host: host.replace(/^\[(.*)\]$/, '$1'), port: known }
}
