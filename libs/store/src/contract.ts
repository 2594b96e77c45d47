import { describe } from 'vitest'
import { foldContract } from './contract-fold.ts'
import { searchContract } from './contract-search.ts'
import type { EventStore, StoreReports } from './store.ts'

/** What every event store must do. `open` gives an empty one. */
export function storeContract(name: string, open: () => Promise<EventStore & StoreReports>): void {
  describe(`${name} event store`, () => {
    foldContract(open)
    searchContract(open)
  })
}
