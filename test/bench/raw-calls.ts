import { Pool } from 'undici'
import { type Measurement, measure } from './measure.ts'

export interface CallPlan {
  readonly url: string
  readonly count: number
  readonly inFlight: number
  readonly body: string
}

/** The limit: the same calls over the same number of connections, with nothing around them. */
export async function rawCalls({ url, count, inFlight, body }: CallPlan): Promise<Measurement> {
  const pool = new Pool(url, { connections: inFlight, pipelining: 1 })
  let next = 0
  async function caller(): Promise<void> {
    while (next++ < count) {
      const answer = await pool.request({ path: '/leads', method: 'POST', headers: { 'content-type': 'application/json' }, body })
      await answer.body.json()
    }
  }
  const measurement = await measure(count, async () => {
    await Promise.all(Array.from({ length: inFlight }, caller))
  })
  await pool.close()
  return measurement
}
