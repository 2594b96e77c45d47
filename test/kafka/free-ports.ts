import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'

/** Two ports of 127.0.0.1 that were free a moment ago. */
export async function freePorts(): Promise<[number, number]> {
  const [first = 0, second = 0] = await freePortList(2)
  return [first, second]
}

/** As many different ports of 127.0.0.1 that were free a moment ago. */
export async function freePortList(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer())
  const ports: number[] = []
  for (const server of servers) {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    ports.push((server.address() as AddressInfo).port)
  }
  for (const server of servers) server.close()
  return ports
}
