import { once } from 'node:events'
import { startThread } from '@leadline/service'

/** The fake partner in a thread of its own: a busy Leadline must not make its partner slow. */
export async function openPartnerThread(): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  const thread = startThread(new URL('./partner-thread-main.ts', import.meta.url), undefined)
  const [url] = await once(thread, 'message')
  return {
    url: String(url),
    close: async () => {
      await thread.terminate()
    },
  }
}
