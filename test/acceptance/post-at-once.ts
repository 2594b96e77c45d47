import type { Dispatcher } from 'undici'
import { type PostedLead, postUntilAccepted } from './post-until-accepted.ts'

/** Posts leads at the same instant, each again until it is accepted; resolves with their lead ids. */
export function postAtOnce(leads: readonly PostedLead[], dispatcher: Dispatcher): Promise<readonly string[]> {
  return Promise.all(leads.map(async (lead) => (await postUntilAccepted(lead, dispatcher)).leadId))
}

/** Runs `work` for 0 to `count` - 1, `atOnce` of them at a time. */
export async function forEachIndex(count: number, atOnce: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0
  const run = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) await work(index)
  }
  await Promise.all(Array.from({ length: atOnce }, run))
}
