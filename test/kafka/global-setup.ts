import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import type { TestProject } from 'vitest/node'
import { type KafkaBroker, type NoKafka, requireKafka } from './broker.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Port of 127.0.0.1 that tells, as JSON, where the broker of this run is; asking starts it. */
    kafkaDeskPort: number
  }
}

/** One broker per run, started when the first test asks for it, so that runs without Kafka tests do not pay for one. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  let broker: Promise<KafkaBroker | NoKafka> | undefined
  const desk = createServer((socket) => {
    socket.on('error', () => socket.destroy())
    broker ??= requireKafka()
    broker.then(
      (found) => socket.end(JSON.stringify('skip' in found ? { skip: found.skip } : { address: found.address })),
      (error: unknown) => socket.end(JSON.stringify({ error: String(error) })),
    )
  })
  desk.listen(0, '127.0.0.1')
  await once(desk, 'listening')
  project.provide('kafkaDeskPort', (desk.address() as AddressInfo).port)

  return async () => {
    desk.close()
    const found = await broker?.catch(() => undefined)
    if (found !== undefined && !('skip' in found)) await found[Symbol.asyncDispose]()
  }
}
