import { once } from 'node:events'
import net from 'node:net'
import { expect, test } from 'vitest'
import { openCluster } from './cluster.ts'
import type { BrokerConnection } from './wire/broker-connection.ts'
import type { ClusterMetadata } from './wire/metadata-call.ts'

/** Servers that take connections and say nothing. */
async function listening(count: number) {
  let accepted = 0
  const accept = (socket: net.Socket) => {
    accepted++
    socket.on('error', () => {})
  }
  const servers = Array.from({ length: count }, () => net.createServer(accept))
  for (const server of servers) await once(server.listen(0, '127.0.0.1'), 'listening')
  const addresses = servers.map((server) => ({ host: '127.0.0.1', port: (server.address() as net.AddressInfo).port }))
  const close = () => {
    for (const server of servers) server.close()
  }
  return { addresses, accepted: () => accepted, close }
}

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

/** A cluster of two nodes to which each connection answers as `behave` says for the how-manieth it is. */
function asking(behave: (connection: number) => ClusterMetadata | Error) {
  const asked: { readonly connection: number; readonly timeoutMs: number | undefined }[] = []
  const connections: BrokerConnection[] = []
  const wrap = (socket: BrokerConnection): BrokerConnection => {
    const connection = connections.push(socket) - 1
    return {
      get alive() {
        return socket.alive
      },
      close: socket.close,
      async request(_call, timeoutMs) {
        asked.push({ connection, timeoutMs })
        const answer = behave(connection)
        if (answer instanceof Error) throw answer
        return answer as never
      },
    }
  }
  return { wrap, asked, connections }
}

/** A cluster whose node 1 coordinates all groups, at its former address until it `moves` to the later one. */
async function coordinated() {
  const [former, later, others] = await Promise.all([listening(1), listening(1), listening(1)])
  let [address] = former.addresses
  const wrap = (connection: BrokerConnection): BrokerConnection => ({
    get alive() {
      return connection.alive
    },
    close: connection.close,
    request: async () => ({ code: 0, nodeId: 1, address, brokers: new Map([[1, address]]), topics: [] }) as never,
  })
  const cluster = openCluster(others.addresses, { clientId: 'test', tls: undefined, sasl: undefined, wrap })
  await cluster.refresh()
  const moves = () => {
    address = later.addresses[0]
  }
  const close = () => {
    cluster.close()
    for (const { close: stop } of [former, later, others]) stop()
  }
  return { cluster, former, later, moves, close }
}

test('a broker that takes connections but does not answer is passed over, and asked last from then on', async () => {
  const { addresses, close } = await listening(2)
  const silent = new Error('no answer in time')
  const nobody: ClusterMetadata = { brokers: new Map(), topics: [] }
  const { wrap, asked } = asking((connection) => (connection === 0 ? silent : nobody))
  const cluster = openCluster(addresses, { clientId: 'test', tls: undefined, sasl: undefined, wrap })
  await cluster.refresh()
  await cluster.refresh()

  expect(asked.map(({ connection }) => connection)).toEqual([0, 1, 1])
  expect(asked.every(({ timeoutMs = 30_000 }) => timeoutMs < 5_000)).toBe(true)
  cluster.close()
  close()
})

test('a broker that was passed over is asked again when the others do not answer, and is as good as any once it has', async () => {
  const { addresses, close } = await listening(2)
  const nobody: ClusterMetadata = { brokers: new Map(), topics: [] }
  let silent: number | undefined = 0
  const { wrap, asked } = asking((connection) => (connection === silent ? new Error('no answer in time') : nobody))
  const cluster = openCluster(addresses, { clientId: 'test', tls: undefined, sasl: undefined, wrap })
  await cluster.refresh()
  silent = 1
  await cluster.refresh()
  silent = undefined
  await cluster.refresh()

  expect(asked.map(({ connection }) => connection)).toEqual([0, 1, 1, 0, 0])
  cluster.close()
  close()
})

test('when no broker answers the last one says why', async () => {
  const { addresses, close } = await listening(2)
  const silent = new Error('no answer in time')
  const { wrap } = asking(() => silent)
  const cluster = openCluster(addresses, { clientId: 'test', tls: undefined, sasl: undefined, wrap })

  await expect(cluster.refresh()).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE', cause: silent })
  cluster.close()
  close()
})

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

test('an attempt to connect that fails has failed for all who waited for it: in turn, each would wait as long again', async () => {
  let attempts = 0
  const server = net.createServer((socket) => {
    attempts++
    socket.destroy()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = { host: '127.0.0.1', port: (server.address() as net.AddressInfo).port }
  const cluster = openCluster([address], { clientId: 'test', tls: {}, sasl: undefined })
  const ends = await Promise.allSettled(Array.from({ length: 5 }, () => cluster.features()))

  expect(ends.every(({ status }) => status === 'rejected')).toBe(true)
  expect(attempts).toBe(1)
  cluster.close()
  server.close()
})

test('a coordinator that came back under another address is found there, also by who asks for nothing but coordinators', async () => {
  const { cluster, former, moves, close } = await coordinated()
  former.close()
  moves()

  expect(await cluster.toCoordinator('group', 'g', 'heartbeat')).toMatchObject({ alive: true })
  close()
})

test('a coordinator that came back under another address is found there, though another broker has its former one', async () => {
  const { cluster, later, moves, close } = await coordinated()
  await cluster.toCoordinator('group', 'g', 'heartbeat')
  moves()
  cluster.forgetCoordinator('group', 'g')
  await cluster.toCoordinator('group', 'g', 'heartbeat')

  await expect.poll(later.accepted).toBe(1)
  close()
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
