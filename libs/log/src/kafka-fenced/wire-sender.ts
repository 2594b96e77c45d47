import type { LeadlineError } from '@leadline/domain'
import type { Sender } from '../kafka/appender.ts'
import { createBackoff } from '../kafka/backoff.ts'
import { onTopics } from '../kafka/missing-right.ts'
import type { Refusals } from '../kafka/refusals.ts'
import type { SizedRecord } from '../kafka/topic-catalog.ts'
import { unavailable, unwritable } from '../log-errors.ts'
import { byPartition } from './by-partition.ts'
import type { Cluster } from './cluster.ts'
import { type Produced, produce, type Unwritten } from './produce.ts'
import { encodeBatch } from './wire/encode-batch.ts'
import { codeText, forgottenProducer } from './wire/error-codes.ts'
import { initProducerCall, type ProducerIdentity } from './wire/transaction-calls.ts'

/** Longer than most elections of a leader, shorter than a client of ours waits for his answer. */
const usualPatienceMs = 5_000
const firstRetryMs = 50
const longestRetryMs = 500

/** Appends under an identity of its own, so that what is sent again after a lost answer is kept once. One `send` at a time. */
export function createWireSender(cluster: Cluster, refusals: Refusals, patienceMs = usualPatienceMs): Sender {
  const closing = new AbortController()
  let identity: ProducerIdentity | undefined
  /** Of the next record of each partition. */
  let sequences = new Map<string, number>()

  function patience(giveUpAt: number): () => Promise<boolean> {
    const backoff = createBackoff(firstRetryMs, longestRetryMs)
    return async () => {
      if (performance.now() >= giveUpAt || closing.signal.aborted) return false
      await backoff.wait(closing.signal)
      return true
    }
  }

  async function begin(again: () => Promise<boolean>): Promise<ProducerIdentity> {
    for (;;) {
      try {
        const { code, id, epoch } = await cluster.askAny(initProducerCall(null, noTimeoutMs))
        if (code === 0) {
          sequences = new Map()
          return { id, epoch }
        }
        // A broker that was just started has no identities to give yet.
        throw unavailable(`be given an identity: ${codeText(code)}`)
      } catch (error) {
        if ((await refusals.of(error, [])) !== undefined || !(await again())) throw error
      }
    }
  }

  async function sendOnce(records: readonly SizedRecord[]): Promise<Produced> {
    const giveUpAt = performance.now() + patienceMs
    const again = patience(giveUpAt)
    identity ??= await begin(again)
    const producer = identity
    const nowMs = Date.now()
    const partitions = byPartition([records])
    const batches = partitions.map(({ topic, partition, records: its }) => {
      const sequence = sequences.get(`${topic}/${partition}`) ?? 0
      return { topic, partition, batch: encodeBatch(its, { producer, sequence, transactional: false, nowMs }) }
    })
    const produced = await produce({ cluster, transactionalId: null, batches, giveUpAt, again })
    // Nobody knows which of its batches are held: a new identity has no gaps.
    if (produced.type !== 'done') identity = undefined
    for (const { topic, partition, records: its } of partitions) {
      const name = `${topic}/${partition}`
      sequences.set(name, ((sequences.get(name) ?? 0) + its.length) % sequenceWraps)
    }
    return produced
  }

  return {
    async send(records) {
      let produced = await sendOnce(records)
      if (produced.type === 'refused' && forgottenProducer.has(produced.code)) produced = await sendOnce(records)
      if (produced.type === 'gave-up') throw produced.reason ?? unwrittenError(produced.unwritten)
      if (produced.type === 'refused') {
        const { code, topic, partition } = produced
        throw (await refusals.ofCode(code, onTopics('WRITE', [topic]))) ?? unwritable(topic, partition, codeText(code))
      }
    },
    close() {
      closing.abort()
      cluster.close()
    },
  }
}

function unwrittenError([first]: readonly Unwritten[]): LeadlineError {
  if (first === undefined) return unavailable('append: no broker took it in time')
  return unwritable(first.topic, first.partition, codeText(first.code))
}

const noTimeoutMs = 0
/** After the greatest int32 comes 0 again. */
const sequenceWraps = 2 ** 31
