import { createRequire } from 'node:module'
import { afterEach, beforeAll, expect, test, vi } from 'vitest'
import { patchKafkajs } from './kafkajs-patches.ts'

const require = createRequire(import.meta.url)
const RequestQueue = require('kafkajs/src/network/requestQueue')
const Cluster = require('kafkajs/src/cluster')
const createEosManager = require('kafkajs/src/producer/eosManager')
const logger = { debug: () => {}, error: () => {}, namespace: () => logger }

beforeAll(() => patchKafkajs())
afterEach(() => {
  vi.restoreAllMocks()
})

function newQueue() {
  return new RequestQueue({ maxInFlightRequests: 1, requestTimeout: 1_000, clientId: 'c', broker: 'b', logger })
}

test('another version of kafkajs is refused by name', () => {
  expect(() => patchKafkajs('2.2.5')).toThrow('kafkajs is 2.2.5')
})

test('a queue with nothing in it arms no timer', () => {
  const timers = vi.spyOn(globalThis, 'setTimeout')

  newQueue().checkPendingRequests()

  expect(timers).not.toHaveBeenCalled()
})

test('a throttled queue sends what is waiting as soon as the broker allows', async () => {
  const queue = newQueue()
  const sent = Promise.withResolvers<void>()
  queue.maybeThrottle(20)
  const entry = { correlationId: 1, apiKey: 0, apiName: 'Produce', apiVersion: 7, resolve: () => {}, reject: () => {} }
  queue.push({ entry, expectResponse: false, sendRequest: sent.resolve })

  await expect(sent.promise).resolves.toBeUndefined()
  queue.destroy()
})

test('opening over a transaction that is just ending takes milliseconds', async () => {
  const initProducerId = vi.fn(async () => ({ producerId: 7, producerEpoch: 1 }))
  const busy = Object.assign(new Error('busy'), { type: 'CONCURRENT_TRANSACTIONS' })
  initProducerId.mockRejectedValueOnce(busy).mockRejectedValueOnce(busy).mockRejectedValueOnce(busy).mockRejectedValueOnce(busy)
  const cluster = Object.assign(Object.create(Cluster.prototype), {
    refreshMetadataIfNecessary: async () => {},
    findGroupCoordinator: async () => ({ initProducerId }),
  })
  const manager = createEosManager({ logger, cluster, transactional: true, transactionalId: 'g.t.0' })
  const before = performance.now()

  await manager.initProducerId()

  expect(manager.getProducerId()).toBe(7)
  expect(performance.now() - before).toBeLessThan(250)
})
