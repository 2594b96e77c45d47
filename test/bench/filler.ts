import { openCodec, topicNames } from '@leadline/events'
import { openKafkaLog } from '@leadline/log'
import { fillParked } from './fill-parked.ts'
import { fillWork } from './fill-work.ts'

/** Puts COUNT leads on a topic of the installation with TOPIC_PREFIX, a process of its own: parked ones when FIRST_DUE_AT is told, else work. */
const { KAFKA_BROKERS = '', TOPIC_PREFIX = '', COUNT = '', FIRST_DUE_AT } = process.env
await using log = await openKafkaLog({ brokers: KAFKA_BROKERS.split(',') })
const topics = topicNames(TOPIC_PREFIX)
if (FIRST_DUE_AT !== undefined) await fillParked({ log, topics }, Number(COUNT), Number(FIRST_DUE_AT))
else await fillWork({ log, codec: await openCodec({ encoding: 'avro' }), topics }, Number(COUNT))
