import '@leadline/log'
import kafkajs, { type Admin } from 'kafkajs'
import { vi } from 'vitest'

const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs

export interface Right {
  readonly user: string
  readonly operation: keyof typeof operations
  readonly type: keyof typeof types
  readonly name: string
  readonly pattern: 'literal' | 'prefixed'
}

export const operations = {
  All: AclOperationTypes.ALL,
  Read: AclOperationTypes.READ,
  Write: AclOperationTypes.WRITE,
  Create: AclOperationTypes.CREATE,
  Describe: AclOperationTypes.DESCRIBE,
  DescribeConfigs: AclOperationTypes.DESCRIBE_CONFIGS,
} as const
export const types = {
  topic: AclResourceTypes.TOPIC,
  group: AclResourceTypes.GROUP,
  'transactional-id': AclResourceTypes.TRANSACTIONAL_ID,
  cluster: AclResourceTypes.CLUSTER,
} as const

/** Gives rights and takes them away, on behalf of whoever may; `open` is a listener without login. */
export async function openAcls(open: string) {
  const client = new kafkajs.Kafka({ brokers: [open], logLevel: kafkajs.logLevel.NOTHING })
  const admin: Admin = client.admin()
  await admin.connect()
  const entry = ({ user, operation, type, name, pattern }: Right) => ({
    principal: `User:${user}`,
    host: '*',
    operation: operations[operation],
    permissionType: AclPermissionTypes.ALLOW,
    resourceType: types[type],
    resourceName: name,
    resourcePatternType: pattern === 'prefixed' ? ResourcePatternTypes.PREFIXED : ResourcePatternTypes.LITERAL,
  })
  /** How many of it the broker knows: it learns of a change a moment after the controller has answered. */
  const find = async (right: Right) => {
    const { resources } = await admin.describeAcls(entry(right))
    return resources.reduce((sum, { acls }) => sum + acls.length, 0)
  }
  return {
    async give(rights: readonly Right[]): Promise<void> {
      await admin.createAcls({ acl: rights.map(entry) })
      for (const right of rights) await until(async () => (await find(right)) > 0)
    },
    async take(rights: readonly Right[]): Promise<void> {
      await admin.deleteAcls({ filters: rights.map(entry) })
      for (const right of rights) await until(async () => (await find(right)) === 0)
    },
    [Symbol.asyncDispose]: () => admin.disconnect(),
  }
}

const until = (holds: () => Promise<boolean>) => vi.waitUntil(holds, { timeout: 10_000, interval: 5 })
