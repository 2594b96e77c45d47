import { setTimeout as delay } from 'node:timers/promises'
import { electPreferredLeaders } from '../kafka/elect-leaders.ts'
import type { ClusterNode } from '../kafka/jvm-cluster.ts'
import { type Fault, type FaultContext, seconds } from './fault.ts'

/** Brokers that die, stand still, or hand their partitions over. */
export const brokerFaults: readonly Fault[] = [
  brokerFault('broker kill -9', ({ site, random, tell }) =>
    killBroker(random.pick(site.cluster.nodes), random.between(1_000, 10_000), tell),
  ),
  brokerFault('leaders move away and back', moveLeaders),
  brokerFault('broker frozen', freezeBroker),
  brokerFault('outage of all brokers', (context) => outage(context, seconds(30))),
  { ...brokerFault('outage of all brokers for 3 minutes', (context) => outage(context, seconds(180))), length: 'long' },
]

function brokerFault(kind: string, inject: Fault['inject']): Fault {
  return { kind, place: 'broker', length: 'short', inject }
}

export async function killBroker(node: ClusterNode, pauseMs: number, tell: FaultContext['tell']): Promise<void> {
  tell(`broker ${node.id}, started again after ${pauseMs} ms`)
  await node.stop('SIGKILL')
  await delay(pauseMs)
  await node.start()
}

async function moveLeaders({ site, random, tell }: FaultContext): Promise<void> {
  const node = random.pick(site.cluster.nodes)
  tell(`from broker ${node.id}`)
  await node.stop('SIGTERM')
  await node.start()
  await delay(random.between(1_000, 5_000))
  await electPreferredLeaders(site.cluster.direct)
}

async function freezeBroker({ site, random, tell }: FaultContext): Promise<void> {
  const node = random.pick(site.cluster.nodes)
  const ms = random.between(3_000, 15_000)
  tell(`broker ${node.id} for ${ms} ms`)
  node.signal('SIGSTOP')
  await delay(ms)
  node.signal('SIGCONT')
}

async function outage({ site, tell }: FaultContext, ms: number): Promise<void> {
  tell(`for ${ms} ms and the start of the brokers`)
  await Promise.all(site.cluster.nodes.map((node) => node.stop('SIGKILL')))
  await delay(ms)
  await site.cluster.startAll()
}
