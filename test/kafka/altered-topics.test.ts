import { setTimeout as delay } from 'node:timers/promises'
import { openKafkaLog } from '@leadline/log'
import { outgoing, readAll, testOwner, texts } from '@leadline/log/contract-owner'
import kafkajs from 'kafkajs'
import { expect, onTestFinished, test } from 'vitest'
import { describeKafka } from './shared-kafka.ts'

const kinds = ['lanes', 'group'] as const
const shape = { partitions: 1, cleanup: 'delete', retentionMs: null, maxRecordBytes: 1_048_588 } as const

await describeKafka('a topic that an operator alters under a lane', (brokers) => {
  async function administer(work: (admin: kafkajs.Admin) => Promise<unknown>): Promise<void> {
    const admin = new kafkajs.Kafka({ brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING }).admin()
    await admin.connect()
    await work(admin)
    await admin.disconnect()
  }

  const limit = (topic: string, bytes: number) =>
    administer((admin) =>
      admin.alterConfigs({
        validateOnly: false,
        resources: [
          {
            type: kafkajs.ConfigResourceTypes.TOPIC,
            name: topic,
            configEntries: [{ name: 'max.message.bytes', value: String(bytes) }],
          },
        ],
      }),
    )

  /** Has committed offset 1 and one record, 'before', to the output; what its log says is in `said`. */
  async function openLane(transactions: (typeof kinds)[number]) {
    const said: string[] = []
    const log = await openKafkaLog({ brokers, transactions, logger: (_level, text) => void said.push(text) })
    onTestFinished(() => log[Symbol.asyncDispose]())
    const [input, output, group] = ['in', 'out', 'group'].map((name) => `altered-${name}-${Date.now()}`) as [
      string,
      string,
      string,
    ]
    await log.ensureTopics([input, output].map((name) => ({ name, ...shape })))
    const owner = testOwner()
    await log.join(group, [input], owner)
    await expect.poll(() => owner.lanes.length, { timeout: 20_000 }).toBe(1)
    const [lane] = owner.lanes
    if (lane === undefined) throw new Error('no lane')
    expect(await lane.commit({ offset: 1, metadata: '', records: [outgoing(output, null, 'before')] })).toBe('committed')
    return { log, said, owner, lane, input, output }
  }

  test.each(kinds)(
    'with transactions of %s: what is over a lowered limit is named, nothing of it is kept, and it goes through once the limit is raised',
    async (transactions) => {
      const { log, said, lane, output } = await openLane(transactions)
      await limit(output, 2_000)
      const large = { offset: 2, metadata: '', records: [outgoing(output, null, 'x'.repeat(5_000))] }

      expect(await lane.commit(large)).toBe('unknown')
      expect(said.join('\n')).toContain(
        transactions === 'group'
          ? `${output} refuses what is written to it: messageTooLarge (10)`
          : 'larger than the max message size',
      )
      expect(await lane.reopen()).toMatchObject({ offset: 1 })
      expect(await lane.commit(large)).toBe('unknown')
      expect(said.at(-1)).toMatch(new RegExp(`a record of \\d+ bytes for ${output} is over its limit of 2000`))
      expect(await lane.reopen()).toMatchObject({ offset: 1 })

      await limit(output, 1_048_588)
      expect(await lane.commit(large)).toBe('committed')
      // What is committed can become readable some milliseconds later.
      await log.settled(output, 0)
      expect(texts(await readAll(log, output)).map((text) => text?.length)).toEqual([6, 5_000])
    },
    60_000,
  )

  test.each(kinds)(
    'with transactions of %s: an append of what is over a lowered limit is refused by name after one that only failed, and smaller ones go on',
    async (transactions) => {
      await using log = await openKafkaLog({ brokers, transactions })
      const topic = `altered-append-${Date.now()}`
      await log.ensureTopics([{ name: topic, ...shape }])
      await log.append([outgoing(topic, null, 'before')])
      await limit(topic, 2_000)

      const large = () => log.append([outgoing(topic, null, 'x'.repeat(5_000))])
      await expect(large()).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' })
      await expect(large()).rejects.toMatchObject({ code: 'RECORD_TOO_LARGE' })
      await log.append([outgoing(topic, null, 'after')])
      expect(texts(await readAll(log, topic))).toEqual(['before', 'after'])
    },
    60_000,
  )

  test('that was not there yet when a member joined is waited for: a broker may not have heard of it', async () => {
    await using log = await openKafkaLog({ brokers, transactions: 'group' })
    const topic = `altered-late-${Date.now()}`
    const owner = testOwner()
    const joining = log.join(`${topic}-group`, [topic], owner)
    const ends = log.ends(topic)
    await delay(500)
    await log.ensureTopics([{ name: topic, ...shape }])

    await joining
    expect(await ends).toMatchObject([{ end: 0 }])
    await expect.poll(() => owner.lanes.length, { timeout: 20_000 }).toBe(1)
  })

  test.each(kinds)(
    'with transactions of %s: that it is gone is told, and what was for it goes through once it is there again',
    async (transactions) => {
      const { log, said, lane, output } = await openLane(transactions)
      await administer((admin) => admin.deleteTopics({ topics: [output] }))
      const commit = { offset: 2, metadata: '', records: [outgoing(output, null, 'after')] }

      expect(await lane.commit(commit)).toBe('unknown')
      expect(await lane.reopen()).toMatchObject({ offset: 1 })
      expect(await lane.commit(commit)).toBe('unknown')
      expect(said.join('\n')).toContain(`the log has no topic ${output}`)
      expect(await lane.reopen()).toMatchObject({ offset: 1 })

      await log.ensureTopics([{ name: output, ...shape, partitions: 2 }])
      await expect
        .poll(() => lane.commit(commit).then(async (answer) => [answer, await lane.reopen()]), { timeout: 30_000 })
        .toMatchObject(['committed', { offset: 2 }])
      await Promise.all([0, 1].map((partition) => log.settled(output, partition)))
      expect(texts(await readAll(log, output))).toEqual(['after'])
    },
    90_000,
  )

  test.each([
    ['lanes', 'the log has no partition 0 of topic'],
    ['group', 'has 0 partitions here'],
  ] as const)(
    'with transactions of %s: an input that is deleted and made again under an idle lane is worked on without a restart',
    async (transactions, word) => {
      const { log, said, owner, input } = await openLane(transactions)
      await administer((admin) => admin.deleteTopics({ topics: [input] }))
      await expect.poll(() => said.join('\n'), { timeout: 20_000 }).toContain(word)
      // Until nobody asks the brokers for the partition that is gone.
      await delay(500)
      await log.ensureTopics([{ name: input, ...shape }])
      await log.append([outgoing(input, null, 'after')])

      expect(texts(await owner.records(1))).toEqual(['after'])
      expect(said.findLast((text) => text.includes('partitions here'))).toContain('has 1 partitions here')
    },
    60_000,
  )
})
