import { type Choice, chooseTransactions, type Transactions } from './choose-transactions.ts'
import type { Cluster } from './cluster.ts'

export interface Chosen {
  readonly choice: Choice
  /** Connections for transactions of the group; undefined when they are to be of lanes. The caller closes them. */
  readonly cluster: Cluster | undefined
}

/** Asks the brokers what they can do unless a setting says what is to be done. Rejects when none answers. */
export async function openChosen(wanted: Transactions | 'auto', open: () => Cluster): Promise<Chosen> {
  if (wanted === 'lanes') return { choice: chooseTransactions(wanted, new Map()), cluster: undefined }
  const cluster = open()
  let needed = false
  try {
    const choice = chooseTransactions(wanted, wanted === 'auto' ? await cluster.features() : new Map())
    needed = choice.transactions === 'group'
    return { choice, cluster: needed ? cluster : undefined }
  } finally {
    if (!needed) cluster.close()
  }
}
