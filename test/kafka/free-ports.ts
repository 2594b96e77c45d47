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

/** The first of `count` ports in a row of 127.0.0.1 that were free a moment ago; below those that outgoing connections are given. */
export async function freePortsInARow(count: number): Promise<number> {
  const [lowest, highest] = [20_000, 32_000]
  for (let first = lowest + ((process.pid * count) % 10_000); first < highest; first += count) {
    const ports = Array.from({ length: count }, (_, index) => first + index)
    if ((await Promise.all(ports.map(isFree))).every((free) => free)) return first
  }
  throw new Error(`no ${count} free ports in a row below ${highest}`)
}

function isFree(port: number): Promise<boolean> {
  const server = createServer()
  return new Promise((resolve) => {
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
