import { once } from 'node:events'
import net from 'node:net'
import { expect, test } from 'vitest'
import { openCluster } from './cluster.ts'
import type { BrokerConnection } from './wire/broker-connection.ts'

/** A server that takes connections, and a cluster whose connections answer that it is the only node. */
async function opened() {
  const sockets = new Set<net.Socket>()
  let accepted = 0
  const server = net.createServer((socket) => {
    accepted++
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    socket.on('error', () => {})
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = { host: '127.0.0.1', port: (server.address() as net.AddressInfo).port }
  const leaders = new Map([[0, 1]])
  const metadata = () => ({
    brokers: new Map([[1, address]]),
    topics: [{ code: 0, name: 't', id: 'id-of-t', leaders: new Map(leaders) }],
  })
  const wrap = (connection: BrokerConnection): BrokerConnection => ({
    get alive() {
      return connection.alive
    },
    close: connection.close,
    request: async () => metadata() as never,
  })
  const cluster = openCluster([address], { clientId: 'test', tls: undefined, sasl: undefined, wrap })
  return { cluster, leaders, sockets, accepted: () => accepted, server }
}

test('all who want the same connection at the same time share one, and closing leaves none behind', async () => {
  const { cluster, sockets, accepted, server } = await opened()
  await cluster.know(['t'])
  const before = accepted()
  const all = await Promise.all(Array.from({ length: 5 }, () => cluster.toNode(1, 'commit')))

  expect(new Set(all).size).toBe(1)
  await expect.poll(accepted).toBe(before + 1)
  cluster.close()
  await expect.poll(() => sockets.size).toBe(0)
  server.close()
})

test('a connection that ended is opened anew, once for all who find it so', async () => {
  const { cluster, sockets, accepted, server } = await opened()
  await cluster.know(['t'])
  const first = await cluster.toNode(1, 'commit')
  for (const socket of sockets) socket.destroy()
  await expect.poll(() => first.alive).toBe(false)
  const before = accepted()
  const again = await Promise.all([cluster.toNode(1, 'commit'), cluster.toNode(1, 'commit')])

  expect(new Set(again).size).toBe(1)
  expect(again[0]).not.toBe(first)
  await expect.poll(accepted).toBe(before + 1)
  cluster.close()
  server.close()
})

test('a closed cluster opens nothing', async () => {
  const { cluster, server } = await opened()
  await cluster.know(['t'])
  cluster.close()
  await expect(cluster.toNode(1, 'fetch')).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' })
  server.close()
})

test('who wants to know of leaders is told when some partition has another one, and only then', async () => {
  const { cluster, leaders, server } = await opened()
  await cluster.know(['t'])
  let told = 0
  const forget = cluster.onMoved(() => told++)
  await cluster.refresh()
  expect(told).toBe(0)
  leaders.set(0, 2)
  await cluster.refresh()
  leaders.set(1, 2)
  await cluster.refresh()
  expect(told).toBe(2)
  forget()
  leaders.delete(1)
  await cluster.refresh()
  expect(told).toBe(2)
  cluster.close()
  server.close()
})
