import { expect, test } from 'vitest'
import { chooseTransactions } from './choose-transactions.ts'

const kafka4 = new Map([
  ['group.version', 1],
  ['transaction.version', 2],
])

test('brokers of Kafka 4 get transactions fenced by the group', () => {
  expect(chooseTransactions('auto', kafka4).transactions).toBe('group')
})

test.each([
  [new Map(), 'group.version 0, not 1 and transaction.version 0, not 2'],
  [new Map([...kafka4, ['transaction.version', 1]]), 'transaction.version 1, not 2'],
  [new Map([...kafka4, ['group.version', 0]]), 'group.version 0, not 1'],
])('brokers that lack something get a producer for each lane, and the reason names what', (features, missing) => {
  expect(chooseTransactions('auto', features)).toEqual({ transactions: 'lanes', why: `the brokers have ${missing}` })
})

test('a setting decides against the brokers', () => {
  expect(chooseTransactions('lanes', kafka4)).toEqual({ transactions: 'lanes', why: 'by configuration' })
  expect(chooseTransactions('group', new Map()).transactions).toBe('group')
})
