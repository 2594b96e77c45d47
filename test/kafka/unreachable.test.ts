import { createServer } from 'node:net'
import { openKafkaLog } from '@leadline/log'
import { expect, test } from 'vitest'
import { freePorts } from './free-ports.ts'

const shape = { name: 't', partitions: 1, cleanup: 'delete', retentionMs: null, maxRecordBytes: 1_000 } as const

test.each(['lanes', 'group', 'auto'] as const)(
  'without a broker an append is refused in seconds, by name, with transactions of %s',
  async (transactions) => {
    const [port] = await freePorts()
    await using log = await openKafkaLog({ brokers: [`127.0.0.1:${port}`], transactions })

    const appending = log.append([{ topic: 't', key: null, value: null, headers: {} }])

    await expect(appending).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' })
    await expect(log.ends('t')).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' })
  },
  30_000,
)

test('without a broker the start waits, saying whom it waits for, ever less often; closing ends the wait', async () => {
  const [port] = await freePorts()
  const said: string[] = []
  const log = await openKafkaLog({
    brokers: [`127.0.0.1:${port}`],
    logger: (level, message) => void (level === 'warn' && said.push(message)),
  })
  const ensuring = Promise.allSettled([log.ensureTopics([shape])])

  await expect.poll(() => said.length, { timeout: 20_000 }).toBeGreaterThan(1)
  await log[Symbol.asyncDispose]()

  expect(said[0]).toMatch(new RegExp(`^Kafka at 127.0.0.1:${port} does not answer: .*; trying again in \\d+ ms$`))
  expect((await ensuring)[0]).toMatchObject({ status: 'rejected', reason: { code: 'LOG_UNAVAILABLE' } })
}, 40_000)

test('something that is not Kafka is no better than nothing', async () => {
  const server = createServer((socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await using log = await openKafkaLog({
    brokers: [`127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}`],
  })

  await expect(log.append([{ topic: 't', key: null, value: null, headers: {} }])).rejects.toMatchObject({
    code: 'LOG_UNAVAILABLE',
  })
  server.close()
}, 60_000)
