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

export interface AcceptedLead {
  readonly leadId: string
  /** How often it was posted again. */
  readonly retriedPosts: number
}

/** Posts a lead as a careful client does: with an idempotency key, and again until it is answered 202. Throws when it is refused. */
export async function postUntilAccepted(lead: PostedLead, dispatcher: Dispatcher): Promise<AcceptedLead> {
  const { url, flow, source, idempotencyKey, fields } = lead
  const headers = { 'content-type': 'application/json', 'x-api-key': 'demo', 'idempotency-key': idempotencyKey }
  const body = JSON.stringify(fields)
  for (let retriedPosts = 0; ; retriedPosts++) {
    const answer = await post(`${url}/v1/flows/${flow}/sources/${source}/leads`, { method: 'POST', headers, body, dispatcher })
    if (answer?.status === 202) return { leadId: String(JSON.parse(answer.text).leadId), retriedPosts }
    if (answer !== undefined && answer.status < 500 && answer.status !== 429)
      throw new Error(`answered ${answer.status}: ${answer.text}`)
    await delay(100)
  }
}

/** Undefined when no whole answer came. */
async function post(url: string, options: Parameters<typeof request>[1]): Promise<{ status: number; text: string } | undefined> {
  try {
    const { statusCode, body } = await request(url, options)
    return { status: statusCode, text: await body.text() }
  } catch {
    return undefined
  }
}
