import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, inject } from 'vitest'
import { type KafkaBroker, type NoKafka, requireOwnKafka } from './broker.ts'

export type SharedKafka = { readonly address: string } | NoKafka

/** The broker that all test files of a run share; use names of your own on it. With CI=true a missing broker is an error. */
export async function sharedKafka(): Promise<SharedKafka> {
  const answer: SharedKafka | { error: string } = JSON.parse(await text(connect(inject('kafkaDeskPort'), '127.0.0.1')))
  if ('error' in answer) throw new Error(answer.error)
  return refuseSkipInCi(answer)
}

/** A describe block that gets the address of the shared broker, or is reported as skipped with the reason. */
export async function describeKafka(name: string, body: (brokers: readonly string[]) => void): Promise<void> {
  const kafka = await sharedKafka()
  if ('skip' in kafka) describe.skip(`${name} (${kafka.skip})`, () => body([]))
  else describe(name, () => body(kafka.address.split(',')))
}

/** A broker of one's own, to be killed; disposed of by the caller. */
export async function ownKafka(options: Parameters<typeof requireOwnKafka>[0] = {}): Promise<KafkaBroker | NoKafka> {
  return refuseSkipInCi(await requireOwnKafka(options))
}

function refuseSkipInCi<T extends object>(kafka: T | NoKafka): T | NoKafka {
  if ('skip' in kafka && process.env['CI'] === 'true') throw new Error(`Kafka is required in CI: ${kafka.skip}`)
  return kafka
}
