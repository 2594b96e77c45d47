import { once } from 'node:events'
import net from 'node:net'
import { expect, test } from 'vitest'
import { connectBroker } from './broker-connection.ts'
import { featuresCall } from './features-call.ts'

test('a connection on which an answer is too late is over: what comes on it later would be nobody’s', async () => {
  const server = net.createServer((socket) => socket.on('error', () => {}))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as net.AddressInfo
  const connection = await connectBroker({ host: '127.0.0.1', port }, { clientId: 'test', tls: undefined, sasl: undefined })
  const patient = connection.request(featuresCall()).catch(() => 'ended with it')

  await expect(connection.request(featuresCall(), 50)).rejects.toThrow('no answer in 50 ms')
  expect(await patient).toBe('ended with it')
  expect(connection.alive).toBe(false)
  server.close()
})
