import { openCodec, topicNames } from '@leadline/events'
import { openKafkaLog } from '@leadline/log'
import { fillWork } from './fill-work.ts'

/** Puts COUNT leads on the work topic of the installation with TOPIC_PREFIX, a process of its own. */
const { KAFKA_BROKERS = '', TOPIC_PREFIX = '', COUNT = '' } = process.env
await using log = await openKafkaLog({ brokers: KAFKA_BROKERS.split(',') })
await fillWork({ log, codec: await openCodec({ encoding: 'avro' }), topics: topicNames(TOPIC_PREFIX) }, Number(COUNT))
