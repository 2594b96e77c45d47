import { expect, test } from 'vitest'
import type { SizedRecord } from '../kafka/topic-catalog.ts'
import { asked, refusalsTo, scriptedCluster } from './scripted-cluster.ts'
import { errorCode } from './wire/error-codes.ts'
import { createWireSender } from './wire-sender.ts'

const cut = new Error('the connection was cut')
const produced = (code: number) => [{ topic: 'out', partition: 2, code }]

function opened(answers: readonly unknown[] = [], begins: readonly unknown[] = []) {
  let id = 0n
  const script = scriptedCluster(
    new Map<number, () => unknown>([
      [asked.initProducer, () => ({ code: 0, id: ++id, epoch: 0 })],
      [asked.produce, () => produced(0)],
    ]),
  )
  script.answers.set(asked.produce, [...answers])
  script.answers.set(asked.initProducer, [...begins])
  /** Producer and first sequence number of each batch sent, as they went over the wire. */
  const sent = () =>
    script.log
      .filter(({ key }) => key === asked.produce)
      .map(({ call }) => {
        const request = call.write().buffer
        const batch = request.subarray(request.indexOf(magic) - 12)
        return { id: Number(batch.readBigInt64BE(43)), sequence: batch.readInt32BE(53), transactional: (batch[22] ?? 0) !== 0 }
      })
  const waits = () => script.log.filter(({ key }) => key === asked.produce).map(({ timeoutMs }) => timeoutMs)
  return {
    sent,
    waits,
    answers: script.answers,
    sender: createWireSender(
      script.cluster,
      refusalsTo(() => {}),
      300,
    ),
  }
}

// Leader epoch -1, then the version of the format.
const magic = Buffer.from([0xff, 0xff, 0xff, 0xff, 2])

const records = (count: number): SizedRecord[] =>
  Array.from({ length: count }, () => ({
    topic: 'out',
    partition: 2,
    bytes: 40,
    maxMessageBytes: 1_000_000,
    record: { topic: 'out', key: null, value: Buffer.from('v'), headers: {} },
  }))

test('numbers what it sends, outside of any transaction', async () => {
  const { sender, sent } = opened()
  await sender.send(records(3))
  await sender.send(records(2))
  await sender.send(records(1))

  expect(sent()).toEqual([0, 3, 5].map((sequence) => ({ id: 1, sequence, transactional: false })))
})

test.each([
  ['whose answer was lost', cut],
  ['whose leader has moved', produced(errorCode.notLeaderOrFollower)],
  ['whose replicas are behind', produced(errorCode.notEnoughReplicasAfterAppend)],
])('sends again what it sent, under the same number, %s', async (_why, answer) => {
  const { sender, sent } = opened([answer, produced(errorCode.duplicateSequence)])
  await sender.send(records(3))
  await sender.send(records(1))

  expect(sent().map(({ id, sequence }) => [id, sequence])).toEqual([
    [1, 0],
    [1, 0],
    [1, 3],
  ])
})

test('begins anew when the broker has forgotten it', async () => {
  const { sender, sent } = opened([produced(0), produced(errorCode.outOfOrderSequence)])
  await sender.send(records(3))
  await sender.send(records(1))

  expect(sent().map(({ id, sequence }) => [id, sequence])).toEqual([
    [1, 0],
    [1, 3],
    [2, 0],
  ])
})

test('waits for a broker that does not answer, or has no identities to give yet', async () => {
  const { sender, sent } = opened([], [cut, { code: errorCode.coordinatorLoading, id: -1n, epoch: -1 }])
  await sender.send(records(1))

  expect(sent().map(({ id }) => id)).toEqual([1])
})

test('gives up in time, says why, and begins anew, since nobody knows what is held', async () => {
  const { sender, sent, answers } = opened(Array.from({ length: 100 }, () => cut))

  await expect(sender.send(records(1))).rejects.toBe(cut)
  const inVain = sent().length
  answers.set(asked.produce, [])
  await sender.send(records(1))

  expect(inVain).toBeGreaterThan(2)
  expect(new Set(sent().map(({ id, sequence }) => `${id} ${sequence}`))).toEqual(new Set(['1 0', '2 0']))
})

test('waits for no answer longer than its caller waits for it', async () => {
  const { sender, waits } = opened([cut, cut])
  await sender.send(records(1))

  expect(waits().filter((timeoutMs = 30_000) => timeoutMs > 500)).toEqual([])
})

test('names the right that is missing, and does not try again', async () => {
  const { sender, sent } = opened([produced(29)])

  await expect(sender.send(records(1))).rejects.toMatchObject({
    code: 'LOG_REFUSED',
    fields: { right: 'WRITE', resource: 'topic', name: 'out' },
  })
  expect(sent()).toHaveLength(1)
})
