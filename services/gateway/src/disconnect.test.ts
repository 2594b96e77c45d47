import { connect } from 'node:net'
import { expect, it, vi } from 'vitest'
import { leadsUrl, openScenario } from './gateway-scenario.ts'

const head = (length: number) =>
  `POST ${leadsUrl}?wait=60 HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`

it('gives the room of a caller that goes away in the middle of its body back', async () => {
  await using gateway = await openScenario()
  const pending = async () => (await gateway.metrics.pendingLeads.get()).values[0]?.value
  const { port } = new URL(await gateway.listen())
  const caller = connect(Number(port), '127.0.0.1')
  caller.write(`${head(1_000)}{"a":`)
  await vi.waitUntil(async () => (await pending()) === 1)
  caller.destroy()
  await vi.waitUntil(async () => (await pending()) === 0)
  expect(await gateway.received()).toEqual([])
})

it('keeps the lead of a caller that goes away while it waits', async () => {
  await using gateway = await openScenario()
  const { port } = new URL(await gateway.listen())
  const caller = connect(Number(port), '127.0.0.1')
  caller.write(`${head(7)}{"a":1}`)
  await vi.waitUntil(async () => (await gateway.received()).length === 1)
  caller.destroy()
  expect(await gateway.received()).toHaveLength(1)
})
