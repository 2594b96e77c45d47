import { afterAll, beforeAll, describe } from 'vitest'
import { openAcls } from './acls.ts'
import { kafkaJars } from './kafka-jars.ts'
import { describeLeastRights, services } from './least-rights.ts'
import { describeRefusals } from './refused.ts'
import { type SecureBroker, startSecureBroker } from './secure-broker.ts'
import { certified, describeLogins, operator } from './secure-logins.ts'

const jars = await kafkaJars()
if ('skip' in jars && process.env['CI'] === 'true') throw new Error(`Kafka is required in CI: ${jars.skip}`)
const why = 'skip' in jars ? ` (${jars.skip})` : ''

describe.skipIf(why !== '')(`a broker with TLS, logins and ACLs${why}`, () => {
  let started: SecureBroker | undefined
  const broker = () => {
    if (started === undefined) throw new Error('the broker did not start')
    return started
  }

  beforeAll(async () => {
    const found = await startSecureBroker([operator, ...services])
    if ('skip' in found) throw new Error(found.skip)
    started = found
    await using acls = await openAcls(found.open)
    const all = (['topic', 'group', 'transactional-id'] as const).flatMap((type) =>
      [operator, certified].map((user) => ({ user, operation: 'All', type, name: '*', pattern: 'literal' }) as const),
    )
    await acls.give(all)
  })
  afterAll(() => started?.[Symbol.asyncDispose]())

  describeLogins(broker)
  describeRefusals(broker)
  describeLeastRights(broker)
})
