import { openKafkaLog } from '@leadline/log'
import { outgoing, readAll, texts } from '@leadline/log/contract-owner'
import { expect, test } from 'vitest'
import { createLosingConnections } from './losing-connections.ts'
import { describeKafka } from './shared-kafka.ts'

await describeKafka('appends to brokers that have transactions of the group', (brokers) => {
  test.each(['kept', 'dropped'] as const)('are held once when one was %s without an answer', async (fate) => {
    const losing = createLosingConnections()
    await using log = await openKafkaLog({ brokers, transactions: 'auto', wrapConnection: losing.wrap })
    const topic = `lost-appends-${fate}-${Date.now()}`
    await log.ensureTopics([{ name: topic, partitions: 1, cleanup: 'delete', retentionMs: null, maxRecordBytes: 1_048_588 }])
    await log.append([outgoing(topic, 'k', 'before')])

    losing.loseNextAppend(fate)
    await log.append([outgoing(topic, 'k', 'lost'), outgoing(topic, 'k', 'with it')])
    await log.append([outgoing(topic, 'k', 'after')])

    expect(texts(await readAll(log, topic))).toEqual(['before', 'lost', 'with it', 'after'])
  })
})
