import { randomUUID } from 'node:crypto'
import { afterAll, describe, expect, it } from 'vitest'
import { openPartner } from '../../examples/01-demo/partner.ts'
import { ownKafka } from '../kafka/shared-kafka.ts'
import { demoFlow, openScenario, type Scenario } from './standalone-scenario.ts'

const kafka = await ownKafka()

async function untilReadyIs({ get }: Scenario, status: number): Promise<void> {
  const end = Date.now() + 60_000
  while ((await get('/health/ready')).status !== status) {
    if (Date.now() > end) throw new Error(`ready was never ${status}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

describe.skipIf('skip' in kafka)(`a Kafka that goes away${'skip' in kafka ? ` (${kafka.skip})` : ''}`, () => {
  afterAll(async () => {
    if (!('skip' in kafka)) await kafka[Symbol.asyncDispose]()
  })

  it.each(['lanes', 'group'])(
    'costs no accepted lead with transactions of %s: ready turns false, new leads are answered 503, and all goes on when it is back',
    async (transactions) => {
      if ('skip' in kafka) throw new Error(kafka.skip)
      const partner = await openPartner({ behaviour: 'accept', delayMs: 20 })
      await using scenario = openScenario(demoFlow(partner.url), {
        KAFKA_BROKERS: kafka.address,
        KAFKA_TRANSACTIONS: transactions,
        TOPIC_PREFIX: `outage-${randomUUID()}.`,
      })
      await scenario.start()
      const before = await Promise.all(Array.from({ length: 40 }, (_, i) => scenario.post(`{"email":"before${i}@example.com"}`)))

      await kafka.stop('SIGKILL')
      const during = await scenario.post('{"email":"during@example.com"}')
      await untilReadyIs(scenario, 503)
      await kafka.start()
      await untilReadyIs(scenario, 200)
      const after = await scenario.post('{"email":"after@example.com"}')

      expect(before.map(({ status }) => status)).toEqual(before.map(() => 202))
      expect(during).toMatchObject({ status: 503, body: { code: 'LOG_UNAVAILABLE' } })
      expect(after.status).toBe(202)
      for (const { body } of [...before, after]) {
        expect(await scenario.completedLead(body['leadId'])).toMatchObject({ outcome: 'success' })
      }
      await partner.close()
    },
    180_000,
  )
})
