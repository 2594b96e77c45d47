import { describe, expect, test, vi } from 'vitest'
import { asked, refusalsTo, scriptedCluster } from './scripted-cluster.ts'
import { createTransactor } from './transactor.ts'
import { errorCode } from './wire/error-codes.ts'

const place = { member: 'm', epoch: 4 }
const offsets = [{ topic: 'in', partition: 0, offset: 5, metadata: 'map' }]
const records = [{ topic: 'out', partition: 2, records: [{ topic: 'out', key: null, value: Buffer.from('v'), headers: {} }] }]
const produced = (code: number, offset = -1, appendedAt = -1) => [{ topic: 'out', partition: 2, code, offset, appendedAt }]
const cut = new Error('the connection was cut')

/** A broker that agrees to everything, but for what `answers` say first. */
function opened(
  answers: Readonly<Partial<Record<keyof typeof asked, readonly unknown[]>>> = {},
  tell: (words: string) => void = () => {},
) {
  let epoch = 0
  const script = scriptedCluster(
    new Map<number, () => unknown>([
      [asked.initProducer, () => ({ code: 0, id: 9n, epoch: epoch++ })],
      [asked.endTransaction, () => ({ code: 0, id: 9n, epoch: epoch++ })],
      [asked.produce, () => produced(0)],
      [asked.putOffsets, () => 0],
    ]),
  )
  for (const [name, list] of Object.entries(answers)) script.answers.set(asked[name as keyof typeof asked], [...list])
  const closing = new AbortController()
  const said: string[] = []
  const doubted: string[] = []
  const transactor = createTransactor({
    cluster: script.cluster,
    group: 'g',
    transactionalId: () => 'g.1',
    signal: closing.signal,
    refusals: refusalsTo((level, message) => {
      said.push(`${level}: ${message}`)
      tell(message)
    }),
    doubt: (topics) => void doubted.push(...topics),
  })
  const count = (name: keyof typeof asked) => script.log.filter(({ key }) => key === asked[name]).length
  return { script, transactor, count, closing, said, doubted }
}

describe('a transaction', () => {
  test('takes over its id once, and goes on with the identity that the end of the one before gave', async () => {
    const { transactor, count } = opened()
    expect(await transactor.run(offsets, records, place)).toMatchObject({ type: 'committed' })
    expect(await transactor.run(offsets, records, place)).toMatchObject({ type: 'committed' })

    expect([count('initProducer'), count('produce'), count('putOffsets'), count('endTransaction')]).toEqual([1, 2, 2, 2])
  })

  test.each([
    [
      'the coordinator is busy with this producer',
      { putOffsets: [errorCode.concurrentTransactions], produce: [produced(errorCode.concurrentTransactions)] },
    ],
    ['a leader has moved', { produce: [produced(errorCode.notLeaderOrFollower)] }],
    ['the group has another coordinator', { putOffsets: [errorCode.notCoordinator] }],
    [
      'replicas are behind',
      { produce: [produced(errorCode.notEnoughReplicasAfterAppend), produced(errorCode.duplicateSequence)] },
    ],
    ['a connection was cut', { produce: [cut], putOffsets: [cut] }],
    ['an answer leaves a partition out', { produce: [[]] }],
  ])('sends a part again when %s, and is committed', async (_why, answers) => {
    const { transactor, count } = opened(answers)
    expect(await transactor.run(offsets, records, place)).toMatchObject({ type: 'committed' })
    expect(count('endTransaction')).toBe(1)
  })

  test.each([
    ['given', produced(0, 7), undefined],
    ['given by the broker', produced(0, 7, 5), 5],
  ])('tells where it has written, with the time that was %s', async (_what, answer, timestamp) => {
    const { transactor, script } = opened({ produce: [answer] })
    const end = await transactor.run(offsets, records, place)

    const request = script.log.find(({ key }) => key === asked.produce)?.call.write().buffer ?? Buffer.alloc(0)
    // The first time of the batch, whose magic byte is the only 2 behind four bytes of -1.
    const sent = Number(request.readBigInt64BE(request.indexOf(Buffer.from([255, 255, 255, 255, 2])) + 4 + 11))
    expect(end).toEqual({ type: 'committed', trace: { topic: 'out', partition: 2, offset: 7, timestamp: timestamp ?? sent } })
  })

  test('tells of no place when no broker has told of one, and of none of the one before', async () => {
    const { transactor } = opened({ produce: [produced(0, 7), produced(errorCode.duplicateSequence)] })
    expect(await transactor.run(offsets, records, place)).toMatchObject({ trace: { offset: 7 } })
    expect(await transactor.run(offsets, records, place)).toEqual({ type: 'committed', trace: undefined })
    expect(await transactor.run(offsets, [], place)).toEqual({ type: 'committed', trace: 'nothing' })
  })

  test('asks the brokers who leads when a leader has moved', async () => {
    const { transactor, script } = opened({ produce: [produced(errorCode.notLeaderOrFollower)] })
    await transactor.run(offsets, records, place)
    expect(script.refreshes()).toBe(1)
  })

  test.each([errorCode.illegalGeneration, errorCode.unknownMember, errorCode.fencedMemberEpoch, errorCode.staleMemberEpoch])(
    'is aborted, and never committed, when the group refuses the offsets by %i',
    async (code) => {
      const { transactor, script, count } = opened({ putOffsets: [code] })
      expect(await transactor.run(offsets, records, place)).toEqual({ type: 'refused' })
      expect(count('endTransaction')).toBe(1)
      const end = script.log.find(({ key }) => key === asked.endTransaction)
      // The flag at the end of the request: abort.
      expect(end?.call.write().buffer.at(-2)).toBe(0)
    },
  )

  test.each([
    { produce: [produced(errorCode.invalidProducerEpoch)] },
    { putOffsets: [errorCode.producerFenced] },
    { putOffsets: [errorCode.producerFenced], produce: [produced(10)] },
    { produce: [produced(10)], endTransaction: [{ code: errorCode.producerFenced, id: -1n, epoch: -1 }] },
    { putOffsets: [errorCode.unknownMember], endTransaction: [{ code: errorCode.invalidProducerEpoch, id: -1n, epoch: -1 }] },
  ])('tells when somebody has taken its id over: he may have committed the same', async (answers) => {
    const { transactor } = opened(answers)
    expect(await transactor.run(offsets, records, place)).toEqual({ type: 'taken-over' })
  })

  test('waits for no answer longer than a part of it is tried: a broker that is silent is no reason to stand still', async () => {
    const { transactor, script } = opened({ produce: [cut], putOffsets: [cut], endTransaction: [cut] })
    await transactor.run(offsets, records, place)
    expect(script.log.filter(({ timeoutMs = 30_000 }) => timeoutMs > 10_000)).toEqual([])
  })

  test('is aborted when a record is refused for good, and nothing of it is kept', async () => {
    const { transactor, said, doubted } = opened({ produce: [produced(10)] })
    expect(await transactor.run(offsets, records, place)).toEqual({ type: 'dropped' })
    expect(said).toEqual(['error: topic out refuses what is written to it: messageTooLarge (10)'])
    expect(doubted).toEqual(['out'])
  })

  test('says what a topic answered also when the trouble is not the topic', async () => {
    const { transactor, said, doubted } = opened({ produce: [produced(errorCode.invalidTransactionState)] })
    expect(await transactor.run(offsets, records, place)).toEqual({ type: 'dropped' })
    expect(said).toEqual(['error: nothing can be written to out/2: invalidTransactionState (48)'])
    expect(doubted).toEqual([])
  })

  test('is given up in its time whatever the time of day is, and says why a leader could not be reached', async () => {
    const { transactor, said } = opened({ produce: [cut] })
    const clock = vi.spyOn(performance, 'now').mockReturnValueOnce(0).mockReturnValue(10_001)
    const end = await transactor.run(offsets, records, place).finally(() => clock.mockRestore())
    expect(end).toEqual({ type: 'dropped' })
    expect(said).toEqual(['error: the log could not write records: the connection was cut'])
  })

  test('whose end is not answered is asked for again, by the same identity, until it is', async () => {
    const { transactor, script, count } = opened({ endTransaction: [cut, cut] })
    expect(await transactor.run(offsets, records, place)).toMatchObject({ type: 'committed' })
    const ends = script.log
      .filter(({ key }) => key === asked.endTransaction)
      .map(({ call }) => call.write().buffer.toString('hex'))
    expect([count('endTransaction'), new Set(ends).size, count('initProducer')]).toEqual([3, 1, 1])
  })

  test.each([errorCode.invalidProducerEpoch, errorCode.producerFenced, errorCode.invalidTransactionState])(
    'whose end is answered by %i is unknown, and the next one begins with a new identity',
    async (code) => {
      const { transactor, count } = opened({ endTransaction: [cut, { code, id: -1n, epoch: -1 }] })
      expect(await transactor.run(offsets, records, place)).toMatchObject({ type: 'unknown' })
      await transactor.settle()
      expect(count('initProducer')).toBe(2)
    },
  )

  test('that cannot be aborted is ended by the identity of the next one', async () => {
    const { transactor, count } = opened({ putOffsets: [errorCode.unknownMember], endTransaction: [cut] })
    expect(await transactor.run(offsets, records, place)).toEqual({ type: 'refused' })
    expect(await transactor.run(offsets, records, place)).toMatchObject({ type: 'committed' })
    expect(count('initProducer')).toBe(2)
  })

  test('that breaks off by an error is ended by the identity of the next one', async () => {
    const { transactor, count } = opened({ produce: [produced(29)] }, () => {
      throw new Error('nobody expected this')
    })
    await expect(transactor.run(offsets, records, place)).rejects.toThrow('nobody expected this')
    expect(await transactor.run(offsets, records, place)).toMatchObject({ type: 'committed' })
    expect(count('initProducer')).toBe(2)
  })

  test('begins only when the coordinator answers: until then it is tried again', async () => {
    const { transactor, count } = opened({
      initProducer: [
        cut,
        { code: errorCode.concurrentTransactions, id: -1n, epoch: -1 },
        { code: errorCode.notCoordinator, id: -1n, epoch: -1 },
      ],
    })
    expect(await transactor.run(offsets, records, place)).toMatchObject({ type: 'committed' })
    expect(count('initProducer')).toBe(4)
  })
})

test('a closed transactor begins nothing', async () => {
  const { transactor, closing, count } = opened()
  closing.abort()
  expect(await transactor.run(offsets, records, place)).toEqual({ type: 'dropped' })
  await expect(transactor.settle()).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' })
  expect(count('produce')).toBe(0)
})

describe('a missing right', () => {
  test.each([
    ['WRITE on topic out', { produce: [produced(29)] }],
    ['READ on topic in', { putOffsets: [29] }],
    ['READ on group g', { putOffsets: [30] }],
    ['WRITE on transactional id g.1', { putOffsets: [53] }],
  ])('%s drops the transaction, and is named', async (right, answers) => {
    const { transactor, said } = opened(answers)
    expect(await transactor.run(offsets, records, place)).toEqual({ type: 'dropped' })
    expect(said).toEqual([`error: Kafka refuses this login, which needs ${right}`])
  })

  test('to the transactional id is named while it is waited for', async () => {
    const { transactor, said } = opened({ initProducer: [{ code: 53, id: 0n, epoch: 0 }] })
    expect(await transactor.run(offsets, records, place)).toMatchObject({ type: 'committed' })
    expect(said).toEqual(['error: Kafka refuses this login, which needs WRITE on transactional id g.1'])
  })
})
