import { setTimeout as delay } from 'node:timers/promises'
import { type Dispatcher, request } from 'undici'

export interface PostedLead {
  /** The gateway. */
  readonly url: string
  readonly flow: string
  readonly source: string
  readonly idempotencyKey: string
  readonly fields: object
}

/** Posts leads at the same instant, each again until it is accepted; resolves with their lead ids. */
export function postAtOnce(leads: readonly PostedLead[], dispatcher: Dispatcher): Promise<readonly string[]> {
  return Promise.all(leads.map((lead) => postUntilAccepted(lead, dispatcher)))
}

async function postUntilAccepted(lead: PostedLead, dispatcher: Dispatcher): Promise<string> {
  const { url, flow, source, idempotencyKey, fields } = lead
  const headers = { 'content-type': 'application/json', 'x-api-key': 'demo', 'idempotency-key': idempotencyKey }
  const path = `${url}/v1/flows/${flow}/sources/${source}/leads`
  for (;;) {
    const answer = await request(path, { method: 'POST', headers, body: JSON.stringify(fields), dispatcher }).catch(
      () => undefined,
    )
    const text = (await answer?.body.text().catch(() => undefined)) ?? ''
    if (answer?.statusCode === 202) return String(JSON.parse(text).leadId)
    if (answer !== undefined && answer.statusCode < 500 && answer.statusCode !== 429)
      throw new Error(`${answer.statusCode}: ${text}`)
    await delay(100)
  }
}

/** Runs `work` for 0 to `count` - 1, `atOnce` of them at a time. */
export async function forEachIndex(count: number, atOnce: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0
  const run = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) await work(index)
  }
  await Promise.all(Array.from({ length: atOnce }, run))
}
