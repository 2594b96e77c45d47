import { expect, test } from 'vitest'
import { asked, scriptedCluster } from './scripted-cluster.ts'
import { createSessionRenewal } from './session-renewal.ts'
import type { DescribedGroup } from './wire/describe-group-call.ts'
import { errorCode } from './wire/error-codes.ts'
import type { HeartbeatAnswer } from './wire/group-calls.ts'

const group = (epoch: number, members: Readonly<Record<string, number>>): DescribedGroup => ({
  code: 0,
  epoch,
  members: Object.entries(members).map(([id, its]) => ({ id, epoch: its, settled: true })),
})
const same = <T>(times: number, value: T): T[] => Array.from({ length: times }, () => value)

const answered = (code: number): HeartbeatAnswer => ({ code, message: null, epoch: 7, assigned: null })

/** A member `m` that beats every fifteen seconds and looks each time: after six looks at the same, a session is over. */
function beating(groups: readonly unknown[]) {
  const told: string[] = []
  const script = scriptedCluster(new Map([[asked.heartbeat, () => answered(0)]]))
  script.answers.set(asked.describeGroup, [...groups])
  const renewal = createSessionRenewal({
    cluster: script.cluster,
    group: 'g',
    member: () => 'm',
    heartbeatIntervalMs: 15_000,
    listener: (_level, message) => void told.push(message),
  })
  const beat = async (times: number, epoch = 7): Promise<void> => {
    for (const its of same(times, epoch)) {
      renewal.answered(its)
      await new Promise(setImmediate)
    }
  }
  // Behind the group's name of one letter stand the member's, a letter too, and its epoch.
  const renewed = () =>
    script.log
      .filter(({ key }) => key === asked.heartbeat)
      .map(({ call }) => {
        const { buffer } = call.write()
        return `${buffer.toString('utf8', 3, 4)} ${buffer.readInt32BE(4)}`
      })
  const looks = () => script.log.filter(({ key }) => key === asked.describeGroup).length
  return { renewal, beat, renewed, looks, told, answers: script.answers }
}

test('the session of each other member is renewed once, when it has stayed as it is for longer than a session', async () => {
  const { beat, renewed, looks, told } = beating(same(6, group(7, { a: 7, m: 7, b: 7 })))
  await beat(5)
  expect(renewed()).toEqual([])
  await beat(30)
  expect([renewed(), looks(), told]).toEqual([['a 7', 'b 7'], 6, []])
})

test('a member that moves is left alone until it has stayed for as long', async () => {
  const { beat, renewed } = beating([...same(3, group(7, { a: 5, m: 7 })), ...same(6, group(7, { a: 7, m: 7 }))])
  await beat(8)
  expect(renewed()).toEqual([])
  await beat(1)
  expect(renewed()).toEqual(['a 7'])
})

test('one that stays behind the group is told of, and renewed once however the group changes', async () => {
  const { beat, renewed, told } = beating([
    ...same(3, group(8, { m: 8, d: 7 })),
    ...same(9, group(9, { m: 9, d: 7 })),
    ...same(9, group(10, { m: 10, d: 7 })),
  ])
  await beat(3, 8)
  await beat(9, 9)
  await beat(9, 10)
  expect([renewed(), told]).toEqual([['d 7'], ['a member of g does not move: the group is asked to watch it']])
})

test('one that waits for partitions is left alone until it has them: the group tells of them once', async () => {
  const waiting: DescribedGroup = { code: 0, epoch: 7, members: [{ id: 'a', epoch: 7, settled: false }] }
  const { beat, renewed } = beating([...same(20, waiting), group(7, { a: 7, m: 7 })])
  await beat(20)
  expect(renewed()).toEqual([])
  await beat(1)
  expect(renewed()).toEqual(['a 7'])
})

test('with another coordinator all sessions begin anew', async () => {
  const { renewal, beat, renewed } = beating(same(20, group(7, { a: 7, m: 7 })))
  await beat(5)
  renewal.coordinatorChanged()
  await beat(5)
  expect(renewed()).toEqual([])
  await beat(20)
  expect(renewed()).toEqual(['a 7'])
})

test('what a former coordinator still answers counts for nothing with the next one', async () => {
  const { renewal, beat, renewed, answers } = beating(same(20, group(7, { a: 7, m: 7 })))
  const late = Promise.withResolvers<HeartbeatAnswer>()
  answers.set(asked.heartbeat, [late.promise])
  await beat(6)
  renewal.coordinatorChanged()
  late.resolve(answered(0))
  await beat(5)
  expect(renewed()).toEqual(['a 7'])
  await beat(10)
  expect(renewed()).toEqual(['a 7', 'a 7'])
})

test('a renewal that the group refuses is sent again', async () => {
  const { beat, renewed, answers } = beating(same(20, group(7, { a: 7, m: 7 })))
  answers.set(asked.heartbeat, [answered(errorCode.coordinatorLoading), answered(errorCode.fencedMemberEpoch)])
  await beat(20)
  expect(renewed()).toEqual(['a 7', 'a 7', 'a 7'])
})

test.each([
  ['is loading', { ...group(0, {}), code: errorCode.coordinatorLoading }],
  ['does not answer', new Error('cut')],
])('a coordinator that %s is asked again', async (_what, trouble) => {
  const { beat, renewed } = beating([trouble, ...same(6, group(7, { a: 7, m: 7 }))])
  await beat(7)
  expect(renewed()).toEqual(['a 7'])
})
