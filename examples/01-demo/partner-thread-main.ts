import { parentPort } from 'node:worker_threads'
import { openPartner } from './partner.ts'

/** What `startThread` calls. */
export async function runThread(): Promise<void> {
  const partner = await openPartner()
  parentPort?.postMessage(partner.url)
}
