import { once } from 'node:events'
import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import { openPartner } from './partner.ts'

/** The fake partner in a thread of its own: a busy Leadline must not make its partner slow. */
export async function openPartnerThread(): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  const thread = new Worker(new URL(import.meta.url))
  const [url] = await once(thread, 'message')
  return {
    url: String(url),
    close: async () => {
      await thread.terminate()
    },
  }
}

if (!isMainThread) {
  const partner = await openPartner()
  parentPort?.postMessage(partner.url)
}
