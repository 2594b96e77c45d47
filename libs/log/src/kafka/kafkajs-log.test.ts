import { expect, test } from 'vitest'
import { kafkajsLog } from './kafkajs-log.ts'

function logged(message: string, level: number, error?: string): string[] {
  const lines: string[] = []
  const log = { timestamp: '', message, ...(error !== undefined && { error }) }
  kafkajsLog((at, text) => lines.push(`${at} ${text}`))(4)({ namespace: 'Connection', level, label: '', log })
  return lines
}

test('the protocol at work is not an error, whatever kafkajs calls it', () => {
  const refusal =
    'The producer attempted to update a transaction while another concurrent operation on the same transaction was ongoing'

  expect(logged('Response AddOffsetsToTxn(key: 25, version: 1)', 1, refusal)).toEqual([
    'debug kafkajs: Response AddOffsetsToTxn(key: 25, version: 1)',
  ])
  expect(logged('Response Heartbeat(key: 12, version: 3)', 1, 'The group is rebalancing, so a rejoin is needed')).toEqual([
    'debug kafkajs: Response Heartbeat(key: 12, version: 3)',
  ])
})

test('what Kafka refuses is told in our own words, not in those of kafkajs too', () => {
  expect(logged('Response DescribeConfigs(key: 32, version: 2)', 1, 'Cluster authorization failed')[0]).toMatch(/^debug/)
  expect(logged('SASL PLAIN authentication failed: no', 1)[0]).toMatch(/^debug/)
})

test('what nobody expects is a warning', () => {
  expect(logged('Not implemented', 1)).toEqual(['warn kafkajs: Not implemented'])
})
