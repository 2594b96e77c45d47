import { expect, test } from 'vitest'
import type { FetchedMessage } from './kafkajs-internals.ts'
import { withoutAborted } from './without-aborted.ts'

interface Given {
  readonly offset: number
  readonly producer: string
  readonly key?: Buffer
  readonly control?: boolean
  readonly plain?: boolean
}

const message = ({ offset, producer, key = Buffer.from('k'), control = false, plain = false }: Given): FetchedMessage => ({
  offset: String(offset),
  timestamp: '0',
  key,
  value: null,
  headers: {},
  isControlRecord: control,
  batchContext: { firstOffset: String(offset), lastOffsetDelta: 0, producerId: producer, inTransaction: !plain },
})

const visible = (messages: readonly Given[], aborted: readonly { producerId: string; firstOffset: string }[]) =>
  withoutAborted(messages.map(message), aborted).map(({ offset }) => Number(offset))

test('records of an aborted transaction and all markers are left out, committed ones stay', () => {
  const messages = [
    { offset: 0, producer: '1' },
    { offset: 1, producer: '2' },
    { offset: 2, producer: '1', control: true },
    { offset: 3, producer: '2', control: true },
    { offset: 4, producer: '1' },
  ]

  expect(visible(messages, [{ producerId: '1', firstOffset: '0' }])).toEqual([1, 4])
})

test('aborted transactions that the broker sends unsorted are all found', () => {
  const messages = [
    { offset: 10, producer: '1' },
    { offset: 11, producer: '2' },
    { offset: 12, producer: '1', control: true },
    { offset: 13, producer: '2', control: true },
  ]
  const unsorted = [
    { producerId: '2', firstOffset: '11' },
    { producerId: '1', firstOffset: '10' },
  ]

  expect(visible(messages, unsorted)).toEqual([])
})

test('several transactions already open before the first fetched record are all left out', () => {
  const messages = [
    { offset: 50, producer: '1' },
    { offset: 51, producer: '2' },
    { offset: 52, producer: '3' },
  ]
  const open = [
    { producerId: '1', firstOffset: '3' },
    { producerId: '2', firstOffset: '4' },
  ]

  expect(visible(messages, open)).toEqual([52])
})

test('a user key of four zero bytes ends no transaction', () => {
  const messages = [
    { offset: 0, producer: '1' },
    { offset: 1, producer: '1', key: Buffer.alloc(4) },
    { offset: 2, producer: '1' },
    { offset: 3, producer: '1', control: true },
  ]

  expect(visible(messages, [{ producerId: '1', firstOffset: '0' }])).toEqual([])
})

test('a producer that aborts twice is heard in between', () => {
  const messages = [
    { offset: 0, producer: '1' },
    { offset: 1, producer: '1', control: true },
    { offset: 2, producer: '1' },
    { offset: 3, producer: '1', control: true },
    { offset: 4, producer: '1' },
    { offset: 5, producer: '1', control: true },
  ]
  const twice = [
    { producerId: '1', firstOffset: '4' },
    { producerId: '1', firstOffset: '0' },
  ]

  expect(visible(messages, twice)).toEqual([2])
})

test('records outside of transactions are never left out', () => {
  expect(visible([{ offset: 5, producer: '1', plain: true }], [{ producerId: '1', firstOffset: '0' }])).toEqual([5])
})
