import { LeadlineError } from '@leadline/domain'

/** In the words of Kafka's ACLs (https://kafka.apache.org/documentation/#security_authz). */
export interface Right {
  readonly operation: 'READ' | 'WRITE' | 'CREATE' | 'DESCRIBE' | 'DESCRIBE_CONFIGS'
  readonly on: Resource
  readonly name: string
}

export type Resource = 'topic' | 'group' | 'transactional id'

/** Kafka will not do it before an operator has given the right. */
export function missingRight({ operation, on, name }: Right): LeadlineError {
  return new LeadlineError('LOG_REFUSED', `Kafka refuses this login, which needs ${operation} on ${on} ${name}`, {
    fields: { right: operation, resource: on, name },
  })
}

/** What each needs of some topics. */
export const onTopics = (operation: Right['operation'], topics: Iterable<string>): Right[] =>
  [...new Set(topics)].map((name) => ({ operation, on: 'topic', name }))

export const readGroup = (group: string): Right[] => [{ operation: 'READ', on: 'group', name: group }]

/** To commit as a member of the group under this transactional id. */
export const toCommit = (group: string, transactionalId: string): Right[] => [
  ...readGroup(group),
  { operation: 'WRITE', on: 'transactional id', name: transactionalId },
]

/** The protocol's codes of a missing right, and what it is missing on. */
export const refusedOn: ReadonlyMap<number, Resource> = new Map([
  [29, 'topic'],
  [30, 'group'],
  [53, 'transactional id'],
])

/** The same codes by the names that kafkajs gives them; it tells the first code of several, which can be that of a topic that was in order. */
export const refusedTypes: ReadonlyMap<string, Resource> = new Map([
  ['TOPIC_AUTHORIZATION_FAILED', 'topic'],
  ['OPERATION_NOT_ATTEMPTED', 'topic'],
  ['GROUP_AUTHORIZATION_FAILED', 'group'],
  ['TRANSACTIONAL_ID_AUTHORIZATION_FAILED', 'transactional id'],
])
