import { setTimeout as delay } from 'node:timers/promises'
import type { Direction, NetworkFault, TcpProxy } from '../fakes/tcp-proxy.ts'
import { type Fault, type FaultContext, seconds } from './fault.ts'
import type { Random } from './random.ts'

/** The network between the services and one broker, or all of them. */
export const networkFaults: readonly Fault[] = [
  networkFault('connections cut', cutConnections),
  networkFault('broker refuses connections', (context) => breakSome(context, () => ({ type: 'refuse' }))),
  networkFault('answers delayed', (context) =>
    breakSome(context, (random) => ({ type: 'delay', direction: direction(random), delayMs: random.between(100, 1_500) })),
  ),
  networkFault('bytes held back', (context) => breakSome(context, (random) => ({ type: 'hold', direction: direction(random) }))),
  networkFault('black hole', (context) => breakSome(context, (random) => ({ type: 'drop', direction: direction(random) }))),
  networkFault('connections half-open', (context) => breakSome(context, () => ({ type: 'half-open' }))),
]

function networkFault(kind: string, inject: Fault['inject']): Fault {
  return { kind, place: 'network', length: 'short', inject }
}

function direction(random: Random): Direction {
  return random.pick<Direction>(['to-server', 'to-client', 'both'])
}

async function cutConnections({ site, random, tell }: FaultContext): Promise<void> {
  for (let times = random.between(1, 6); times > 0; times--) {
    const proxy = random.pick(site.proxies)
    tell(`${proxy.connections} connections of broker ${site.proxies.indexOf(proxy) + 1}`)
    proxy.cut()
    await delay(random.between(100, 3_000))
  }
}

async function breakSome({ site, random, tell }: FaultContext, make: (random: Random) => NetworkFault): Promise<void> {
  const all = random.next() < 0.2
  const proxies = all ? site.proxies : [random.pick(site.proxies)]
  const fault = make(random)
  const ms = random.between(seconds(2), seconds(20))
  const where = all ? 'all brokers' : `broker ${proxies.map((proxy) => site.proxies.indexOf(proxy) + 1).join()}`
  tell(`${where} for ${ms} ms: ${JSON.stringify(fault)}`)
  await breakFor(proxies, fault, ms)
}

export async function breakFor(proxies: readonly TcpProxy[], fault: NetworkFault, ms: number): Promise<void> {
  for (const proxy of proxies) proxy.inject(fault)
  await delay(ms)
  for (const proxy of proxies) proxy.mend()
}
