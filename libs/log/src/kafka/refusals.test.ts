import { describe, expect, test } from 'vitest'
import { onTopics, type Right, toCommit } from './missing-right.ts'
import { createRefusals } from './refusals.ts'

const typed = (type: string) => Object.assign(new Error('words that nobody reads'), { type, retriable: false })
const needed = [...onTopics('WRITE', ['out', 'activity']), ...onTopics('READ', ['in']), ...toCommit('g', 'g.in.0')]

function opened(allowed: Readonly<Record<string, readonly Right['operation'][]>> = {}) {
  const said: string[] = []
  let now = 0
  const refusals = createRefusals({
    rights: async () => new Map(Object.entries(allowed).map(([topic, rights]) => [topic, new Set(rights)])),
    coordinator: async (type) => ({ code: type === 'transaction' ? 53 : 0, nodeId: -1 }),
    listener: (level, message) => void said.push(`${level}: ${message}`),
    now: () => now,
  })
  const pass = (ms: number) => {
    now += ms
  }
  return { refusals, said, pass }
}

describe('a missing right', () => {
  test.each([
    [30, 'GROUP_AUTHORIZATION_FAILED', 'needs READ on group g'],
    [53, 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED', 'needs WRITE on transactional id g.in.0'],
  ])('of code %i is named, as %s of kafkajs too', async (code, type, words) => {
    const { refusals } = opened()
    const refusal = { code: 'LOG_REFUSED', message: expect.stringContaining(words) }
    expect(await refusals.ofCode(code, needed)).toMatchObject(refusal)
    expect(await refusals.of(new Error('', { cause: typed(type) }), needed)).toMatchObject(refusal)
  })

  test('on one of several topics is found by asking what is allowed', async () => {
    const { refusals } = opened({ out: ['WRITE', 'DESCRIBE'], activity: ['READ', 'DESCRIBE'], in: ['READ'] })
    const refusal = { message: expect.stringContaining('WRITE on topic activity'), fields: { name: 'activity', right: 'WRITE' } }
    expect(await refusals.ofCode(29, needed)).toMatchObject(refusal)
    expect(await refusals.of(typed('TOPIC_AUTHORIZATION_FAILED'), needed)).toMatchObject(refusal)
    // What kafkajs tells when the first of several topics was in order.
    expect(await refusals.of(typed('OPERATION_NOT_ATTEMPTED'), needed)).toMatchObject(refusal)
  })

  test('behind a coordinator that kafkajs did not find is asked for', async () => {
    const lost = Object.assign(new Error('words that nobody reads'), { name: 'KafkaJSGroupCoordinatorNotFound' })
    expect(await opened().refusals.of(new Error('', { cause: lost }), needed)).toMatchObject({
      message: expect.stringContaining('WRITE on transactional id g.in.0'),
    })
    expect(await opened().refusals.of(lost, onTopics('READ', ['in']))).toBeUndefined()
  })

  test('on the one topic that is asked for needs no question', async () => {
    expect(await opened().refusals.ofCode(29, onTopics('READ', ['in', 'in']))).toMatchObject({
      message: expect.stringContaining('READ on topic in'),
    })
  })

  test('is not the reason when everything is allowed, or another code was answered', async () => {
    const { refusals } = opened({ out: ['WRITE'], activity: ['WRITE'], in: ['READ'] })
    expect(await refusals.of(typed('OPERATION_NOT_ATTEMPTED'), needed)).toBeUndefined()
    expect(await refusals.of(typed('NOT_LEADER_FOR_PARTITION'), needed)).toBeUndefined()
    expect(await refusals.ofCode(6, needed)).toBeUndefined()
  })

  test('is told as an error at once, and again only after half a minute', async () => {
    const { refusals, said, pass } = opened()
    const refusal = await refusals.ofCode(30, needed)
    if (refusal === undefined) throw new Error('nothing was refused')
    const levels = () => said.map((line) => line.split(':')[0])
    refusals.tell(refusal)
    pass(29_999)
    refusals.tell(refusal)
    expect(levels()).toEqual(['error', 'debug'])
    pass(1)
    refusals.tell(refusal)
    expect(levels()).toEqual(['error', 'debug', 'error'])
  })
})
