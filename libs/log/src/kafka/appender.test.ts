import { expect, test } from 'vitest'
import { refusalsTo } from '../kafka-fenced/scripted-cluster.ts'
import { createAppender, type Sender } from './appender.ts'
import type { SizedRecord } from './topic-catalog.ts'

const record = { topic: 't', key: null, value: Buffer.from('v'), headers: {} }
const sized: SizedRecord = { topic: 't', partition: 0, bytes: 40, maxMessageBytes: 1_000, record }

test('an append that is being placed while the appender closes is refused: nobody would close what it opens', async () => {
  const placing = Promise.withResolvers<SizedRecord[]>()
  const opened: Sender[] = []
  const appender = createAppender({
    openSender: async () => {
      const sender = { send: async () => {}, close: () => {} }
      opened.push(sender)
      return sender
    },
    catalog: { facts: () => Promise.reject(new Error('not asked for here')), place: () => placing.promise, doubt: () => {} },
    refusals: refusalsTo(() => {}),
  })
  const appending = Promise.allSettled([appender.append([record])])
  await appender.close()
  placing.resolve([sized])

  expect((await appending)[0]).toMatchObject({ status: 'rejected', reason: { code: 'LOG_UNAVAILABLE' } })
  expect(opened).toEqual([])
})
