import { expect, test } from 'vitest'
import { type GroupMember, joinGroup } from './group-member.ts'
import { asked, refusalsTo, scriptedCluster } from './scripted-cluster.ts'
import { errorCode } from './wire/error-codes.ts'
import type { AssignedTopic, HeartbeatAnswer } from './wire/group-calls.ts'

const answer = (epoch: number, assigned: readonly AssignedTopic[] | null = null): HeartbeatAnswer => ({
  code: 0,
  message: null,
  epoch,
  assigned,
})
const refusal = (code: number): HeartbeatAnswer => ({ code, message: 'no', epoch: 0, assigned: null })
const both = [{ topicId: 'id-of-in', partitions: [0, 1] }]

/** After the names of the group and the member, each a letter behind its length; then come two names that are absent. */
const epochAt = 4
const timeoutAt = 10

interface Joined {
  readonly member: GroupMember
  readonly told: string[]
  readonly beats: () => number
  /** What each beat said its epoch was. */
  readonly epochs: () => number[]
  /** How long each beat said that a rebalance may take. */
  readonly timeouts: () => number[]
  readonly waits: () => (number | undefined)[]
  readonly forgotten: readonly string[]
}

function joining(answers: readonly unknown[], takesOver = false): Joined {
  const told: string[] = []
  const script = scriptedCluster(new Map([[asked.heartbeat, () => answer(8)]]))
  script.answers.set(asked.heartbeat, [...answers])
  const member = joinGroup({
    cluster: script.cluster,
    group: 'g',
    topics: ['in'],
    member: () => 'm',
    takesOver,
    heartbeatIntervalMs: 60_000,
    rebalanceTimeoutMs: 1_000,
    owned: () => [],
    assigned: (target) => void told.push(`assigned ${target.flatMap(({ partitions }) => partitions).join(',')}`),
    fenced: () => void told.push('fenced'),
    listener: () => {},
    refusals: refusalsTo((level, message) => void told.push(`${level}: ${message}`)),
  })
  const sent = () => script.log.filter(({ key }) => key === asked.heartbeat)
  const epochs = () => sent().map(({ call }) => call.write().buffer.readInt32BE(epochAt))
  const timeouts = () => sent().map(({ call }) => call.write().buffer.readInt32BE(timeoutAt))
  const waits = () => sent().map(({ timeoutMs }) => timeoutMs)
  return { member, told, beats: () => sent().length, epochs, timeouts, waits, forgotten: script.forgotten }
}

test('a member joins, is told what it has, and carries the epoch it was given', async () => {
  const { member, told } = joining([answer(3, both)])
  await member.joined

  expect([told, member.place()]).toEqual([['assigned 0,1'], { member: 'm', epoch: 3 }])
  await member.leave()
})

test('a member that takes over a name shows the former one out before it joins', async () => {
  const { member, beats } = joining([answer(-1), answer(3, both)], true)
  await member.joined
  expect(beats()).toBe(2)
  await member.leave()
})

test.each([
  ['refused by a coordinator that is loading', refusal(errorCode.coordinatorLoading)],
  ['refused by a coordinator that has moved', refusal(errorCode.notCoordinator)],
  ['lost', new Error('cut')],
])('a leave for the former one that is %s is sent again before the member joins', async (_why, trouble) => {
  const { member, epochs } = joining([trouble, trouble, answer(-1), answer(3, both)], true)
  await member.joined
  expect(epochs()).toEqual([-1, -1, -1, 0])
  await member.leave()
})

test.each([errorCode.unknownMember, errorCode.groupIdNotFound])(
  'a former one that the group does not know, by %i, need not be shown out',
  async (code) => {
    const { member, epochs, told } = joining([refusal(code), answer(3, both)], true)
    await member.joined
    expect([epochs(), told]).toEqual([[-1, 0], ['assigned 0,1']])
    await member.leave()
  },
)

test('a member that may not show out the former one is told at once what it needs', async () => {
  const { member } = joining([refusal(30)], true)
  await expect(member.joined).rejects.toMatchObject({ code: 'LOG_REFUSED' })
  await member.leave()
})

test.each([errorCode.fencedMemberEpoch, errorCode.unknownMember])(
  'a member that the group refuses by %i has lost everything, and leaves before it joins anew',
  async (code) => {
    const { member, told, epochs } = joining([answer(3, both), refusal(code), answer(-1), answer(5, both)])
    await member.joined
    member.tell()
    await expect.poll(() => told).toEqual(['assigned 0,1', 'fenced', 'assigned 0,1'])
    expect([member.place().epoch, epochs()]).toEqual([5, [0, 3, -1, 0]])
    await member.leave()
  },
)

test('a coordinator that moved, is loading or does not answer costs nothing but time', async () => {
  const { member, told, forgotten } = joining([
    refusal(errorCode.notCoordinator),
    refusal(errorCode.coordinatorLoading),
    new Error('cut'),
    answer(3, both),
  ])
  await member.joined
  expect([told, forgotten]).toEqual([['assigned 0,1'], ['group', 'group']])
  await member.leave()
})

test('a coordinator that is silent is looked for again long before the group would miss the member', async () => {
  const { member, waits } = joining([answer(3, both)])
  await member.joined
  expect(waits().filter((timeoutMs = 30_000) => timeoutMs > 5_000)).toEqual([])
  await member.leave()
})

test('confirming waits for an answer to a heartbeat that is sent afterwards', async () => {
  const { member, beats } = joining([answer(3, both)])
  await member.joined
  const before = beats()
  await member.confirm()
  expect(beats()).toBe(before + 1)
  await member.leave()
})

test('confirming has something new written down by each try: one that was not answered may have been heard or not', async () => {
  const { member, timeouts } = joining([answer(3, both), new Error('cut'), new Error('cut'), answer(3)])
  await member.joined
  await member.confirm()
  expect(timeouts()).toHaveLength(4)
  expect(new Set(timeouts()).size).toBe(4)
  await member.leave()
})

test.each([errorCode.fencedMemberEpoch, errorCode.unknownMember])(
  'a member that the group refuses by %i again and again does not hurry',
  async (code) => {
    const { member, told, beats } = joining([
      answer(3, both),
      ...Array.from({ length: 50 }, () => [refusal(code), answer(-1)]).flat(),
    ])
    await member.joined
    member.tell()
    // Looked at often: a round has a leave in it too.
    await expect.poll(() => told.length, { interval: 5 }).toBeGreaterThan(2)
    expect(beats()).toBeLessThan(6)
    await member.leave()
  },
)

test('leaving between two tries to join does not make them come sooner', async () => {
  const rounds = Array.from({ length: 50 }, () => [refusal(errorCode.fencedMemberEpoch), answer(-1)]).flat()
  const { member, told } = joining([answer(3, both), ...rounds])
  await member.joined
  const startedAt = performance.now()
  member.tell()
  await expect.poll(() => told.length, { timeout: 10_000 }).toBeGreaterThan(5)
  // 50, 100, 200 and 400 ms, each varied by a fifth.
  expect(performance.now() - startedAt).toBeGreaterThan(550)
  await member.leave()
})

test('a member that leaves says so, keeps nobody waiting, and is not heard again', async () => {
  const { member, beats } = joining([answer(3, both)])
  await member.joined
  const confirming = member.confirm()
  await member.leave()
  await confirming
  const last = beats()
  await member.confirm()
  expect(beats()).toBe(last)
})

test('a member that leaves before the group has answered has not joined', async () => {
  const { member } = joining([new Error('cut'), new Error('cut'), new Error('cut')])
  await member.leave()
  await expect(member.joined).rejects.toThrow('closed')
})

const noGroup = 'error: Kafka refuses this login, which needs READ on group g'
const noTopic = 'error: Kafka refuses this login, which needs DESCRIBE on topic in'

test.each([
  [30, noGroup],
  [29, noTopic],
])('a member that is refused by %i when it joins is told at once what it needs', async (code, words) => {
  const { member, told } = joining([refusal(code)])
  await expect(member.joined).rejects.toMatchObject({ code: 'LOG_REFUSED', message: words.replace('error: ', '') })
  expect(told).toEqual([words])
  await member.leave()
})

test('a member that loses its right goes on asking, and says what it needs', async () => {
  const { member, told } = joining([answer(3, both), refusal(30), answer(3, both)])
  await member.joined
  member.tell()
  await expect.poll(() => told).toEqual(['assigned 0,1', noGroup, 'assigned 0,1'])
  await member.leave()
})
