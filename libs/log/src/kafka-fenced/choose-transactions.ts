import type { Features } from './wire/features-call.ts'

/** How lanes commit: each by a producer of its own (any broker), or all by one that the group's epoch fences (Kafka 4). */
export type Transactions = 'lanes' | 'group'

export interface Choice {
  readonly transactions: Transactions
  /** For the operator. */
  readonly why: string
}

const needed = { 'group.version': 1, 'transaction.version': 2 } as const

/** What these brokers can do, unless a setting forces one. */
export function chooseTransactions(forced: Transactions | 'auto', features: Features): Choice {
  if (forced !== 'auto') return { transactions: forced, why: 'by configuration' }
  const missing = Object.entries(needed).filter(([name, level]) => (features.get(name) ?? 0) < level)
  if (missing.length === 0) return { transactions: 'group', why: 'the brokers have KIP-848 groups and transactions of version 2' }
  const names = missing.map(([name, level]) => `${name} ${features.get(name) ?? 0}, not ${level}`)
  return { transactions: 'lanes', why: `the brokers have ${names.join(' and ')}` }
}
