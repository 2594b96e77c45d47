import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openTcpProxy, type TcpProxy } from './tcp-proxy.ts'

let server: Server
let proxy: TcpProxy
let heard: string
let accepted: Socket[]

interface Client {
  readonly socket: Socket
  readonly received: () => string
  readonly ended: () => string
}

/** A connected client of an echo server; `ended` tells how the connection ended. */
async function openClient(): Promise<Client> {
  const socket = connect({ host: '127.0.0.1', port: proxy.port })
  let received = ''
  let ended = ''
  socket.setEncoding('utf8').on('data', (text: string) => {
    received += text
  })
  socket.on('error', (error) => {
    ended = 'code' in error ? String(error.code) : error.message
  })
  await once(socket, 'connect')
  return { socket, received: () => received, ended: () => ended }
}

async function openEchoedClient(): Promise<Client> {
  const client = await openClient()
  client.socket.write('hello ')
  await expect.poll(client.received).toBe('hello ')
  return client
}

beforeEach(async () => {
  heard = ''
  accepted = []
  server = createServer((socket) => {
    accepted.push(socket)
    socket
      .on('error', () => {})
      .on('data', (chunk) => {
        heard += String(chunk)
        socket.write(chunk)
      })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  proxy = await openTcpProxy((server.address() as AddressInfo).port)
})

afterEach(async () => {
  await proxy[Symbol.asyncDispose]()
  for (const socket of accepted) socket.destroy()
  server.close()
})

describe('the fault proxy', () => {
  it('resets every connection when cut, and takes new ones', async () => {
    const client = await openEchoedClient()
    proxy.cut()
    await expect.poll(client.ended).toBe('ECONNRESET')
    expect((await openEchoedClient()).received()).toBe('hello ')
  })

  it('refuses until mended', async () => {
    proxy.inject({ type: 'refuse' })
    const refused = connect({ host: '127.0.0.1', port: proxy.port })
    const [error] = await once(refused, 'error')
    expect(error).toMatchObject({ code: 'ECONNRESET' })
    proxy.mend()
    expect((await openEchoedClient()).received()).toBe('hello ')
  })

  it('delivers delayed bytes later and in order, those behind them too', async () => {
    const client = await openEchoedClient()
    const startedAt = Date.now()
    proxy.inject({ type: 'delay', direction: 'to-server', delayMs: 300 })
    client.socket.write('one ')
    await expect.poll(() => proxy.connections).toBe(1)
    client.socket.write('two ')
    await expect.poll(client.received).toBe('hello one two ')
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(299)
  })

  it('holds what is sent in one direction and delivers it when mended', async () => {
    const client = await openEchoedClient()
    proxy.inject({ type: 'hold', direction: 'to-client' })
    client.socket.write('held')
    await expect.poll(() => heard).toBe('hello held')
    expect(client.received()).toBe('hello ')
    proxy.mend()
    await expect.poll(client.received).toBe('hello held')
  })

  it('drops what is sent, and resets the connection when mended, for its bytes are gone', async () => {
    const client = await openEchoedClient()
    proxy.inject({ type: 'drop', direction: 'to-client' })
    client.socket.write('gone')
    await expect.poll(() => heard).toBe('hello gone')
    expect(client.ended()).toBe('')
    proxy.mend()
    await expect.poll(client.ended).toBe('ECONNRESET')
    expect(client.received()).toBe('hello ')
  })

  it('closes the half of the server unheard by the client, who learns of it at its first byte after the mending', async () => {
    const client = await openEchoedClient()
    proxy.inject({ type: 'half-open' })
    await expect.poll(() => accepted[0]?.destroyed).toBe(true)
    client.socket.write('into nothing')
    expect((await openEchoedClient()).received()).toBe('hello ')
    expect(client.ended()).toBe('')
    proxy.mend()
    client.socket.write('anybody?')
    await expect.poll(client.ended).toBe('ECONNRESET')
  })
})
