import '@leadline/log'
import kafkajs, { type Admin } from 'kafkajs'

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
  return {
    give: (rights: readonly Right[]) => admin.createAcls({ acl: rights.map(entry) }),
    take: (rights: readonly Right[]) => admin.deleteAcls({ filters: rights.map(entry) }),
    [Symbol.asyncDispose]: () => admin.disconnect(),
  }
}
