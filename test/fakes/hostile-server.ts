import { createServer, type Socket } from 'node:net'
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'

export interface HostileServer extends AsyncDisposable {
  readonly url: string
  readonly port: number
  /** Connections accepted so far. */
  readonly connections: () => number
  /** Bytes written to clients so far. */
  readonly bytesWritten: () => number
  /** Connections open now. */
  readonly open: () => number
}

type Behaviour = (socket: Socket, request: string) => void

/** An HTTP server that does everything an HTTP server must not do; the path chooses what. Speaks raw TCP. */
export async function openHostileServer(): Promise<HostileServer> {
  const sockets = new Set<Socket>()
  let accepted = 0
  let writtenByClosed = 0
  const server = createServer((socket) => {
    accepted++
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => {
      sockets.delete(socket)
      writtenByClosed += socket.bytesWritten
    })
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
      const end = requestEnd(text)
      if (end === undefined) return
      const request = text.slice(0, end)
      text = text.slice(end)
      const path = request.split(' ')[1]?.split('?')[0] ?? '/'
      const behave = behaviours[path] ?? answer('404 Not Found', 'nothing here')
      behave(socket, request)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    connections: () => accepted,
    bytesWritten: () => [...sockets].reduce((sum, socket) => sum + socket.bytesWritten, writtenByClosed),
    open: () => sockets.size,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

function requestEnd(text: string): number | undefined {
  const headersEnd = text.indexOf('\r\n\r\n')
  if (headersEnd === -1) return undefined
  const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0)
  return text.length >= headersEnd + 4 + length ? headersEnd + 4 + length : undefined
}

const answer = (status: string, body: string | Buffer, ...headers: string[]): Behaviour => {
  const bytes = Buffer.from(body)
  const head = [`HTTP/1.1 ${status}`, `Content-Length: ${bytes.length}`, ...headers].join('\r\n')
  return (socket) => socket.write(Buffer.concat([Buffer.from(`${head}\r\n\r\n`), bytes]))
}

const raw = (text: string): Behaviour => {
  return (socket) => socket.write(text)
}

const every = (ms: number, socket: Socket, text: string): void => {
  const timer = setInterval(() => socket.write(text), ms)
  socket.on('close', () => clearInterval(timer))
}

/** Writes for ever, as fast as the client reads. */
const flood = (socket: Socket, chunk: Buffer): void => {
  const write = () => {
    while (!socket.destroyed && socket.write(chunk));
  }
  socket.on('drain', write)
  write()
}

const zeros = (megabytes: number) => Buffer.alloc(megabytes * 1024 * 1024)
const json = 'Content-Type: application/json'
const chunkedHead = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'

const behaviours: Readonly<Record<string, Behaviour>> = {
  '/ok': answer('200 OK', '{"ok":true}', json),
  '/echo': (socket, request) => answer('200 OK', request, 'Content-Type: text/plain')(socket, request),
  '/close-after': answer('200 OK', 'bye', 'Connection: close'),
  '/never': () => {},
  '/slow-headers': (socket) => every(20, socket, 'H'),
  '/slow-body': (socket) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n')
    every(20, socket, 'x')
  },
  '/endless-hints': (socket) => every(5, socket, 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n'),
  '/endless-body': (socket) => {
    socket.write(chunkedHead)
    flood(socket, Buffer.from(`10000\r\n${'x'.repeat(65_536)}\r\n`))
  },
  '/endless-header': (socket) => {
    socket.write('HTTP/1.1 200 OK\r\nX-Bomb: ')
    flood(socket, Buffer.alloc(65_536, 'x'))
  },
  '/many-headers': (socket) => {
    socket.write('HTTP/1.1 200 OK\r\n')
    flood(socket, Buffer.from('X-Bomb: 1\r\n'.repeat(1_000)))
  },
  '/announces-10-gb': raw('HTTP/1.1 200 OK\r\nContent-Length: 10737418240\r\n\r\n'),
  '/garbage': raw('SSH-2.0-OpenSSH_9.6\r\nwelcome\r\n\r\n'),
  '/two-lengths': raw('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc'),
  '/bad-chunk': raw(`${chunkedHead}zz\r\nnot a chunk\r\n`),
  '/bad-upgrade': raw('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n'),
  '/hangs-up': (socket) => socket.end(),
  '/resets': (socket) => socket.resetAndDestroy(),
  '/half-headers': (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Le'),
  '/half-body': (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf'),
  '/redirect': answer('302 Found', '', 'Location: /ok'),
  '/gzip': answer('200 OK', gzipSync('{"ok":"gzip"}'), json, 'Content-Encoding: gzip'),
  '/br': answer('200 OK', brotliCompressSync('{"ok":"br"}'), json, 'Content-Encoding: br'),
  '/deflate': answer('200 OK', deflateSync('{"ok":"deflate"}'), json, 'Content-Encoding: deflate'),
  '/deflate-raw': answer('200 OK', deflateRawSync('{"ok":"raw"}'), json, 'Content-Encoding: deflate'),
  '/gzip-bomb': answer('200 OK', gzipSync(zeros(64)), 'Content-Encoding: gzip'),
  '/gzip-in-gzip': answer('200 OK', gzipSync(gzipSync('x')), 'Content-Encoding: gzip, gzip'),
  '/gzip-broken': answer('200 OK', 'not gzip at all', 'Content-Encoding: gzip'),
  '/unknown-coding': answer('200 OK', 'x', 'Content-Encoding: zipzap'),
}
