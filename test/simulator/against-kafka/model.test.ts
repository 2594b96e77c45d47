import { logContract } from '@leadline/log/contract'
import { openModelledHarness } from './modelled-harness.ts'
import { brokerScenarios } from './scenarios.ts'

for (const transactions of ['lanes', 'group'] as const) {
  const open = () => openModelledHarness(transactions)
  logContract(`the simulator's model of Kafka, transactions of ${transactions}`, open)
  brokerScenarios('as the simulator models it', transactions, open)
}
