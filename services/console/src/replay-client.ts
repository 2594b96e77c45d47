import { LeadlineError } from '@leadline/domain'
import { z } from 'zod'

/** What the command needs of the API's answers. */
const preview = z.object({
  leads: z.number(),
  running: z.number(),
  unknown: z.number(),
  records: z.number(),
  byOutcome: z.record(z.string(), z.number()),
  alreadySucceeded: z.object({ calls: z.number(), steps: z.array(z.object({ step: z.string(), leads: z.number() })) }),
  sample: z.array(z.string()),
  durationSeconds: z.number(),
})
const order = z.object({ replayId: z.string(), total: z.number(), records: z.number() })
const progress = z.object({
  status: z.enum(['starting', 'running', 'completed']),
  total: z.number(),
  started: z.number(),
  completed: z.number(),
  ended: z.object({ success: z.number(), failure: z.number(), error: z.number() }),
})
const problem = z.object({ detail: z.string().optional(), title: z.string(), code: z.string() })

export type Preview = z.infer<typeof preview>
export type Progress = z.infer<typeof progress>

export interface ReplayClient {
  preview(body: Readonly<Record<string, unknown>>): Promise<Preview>
  order(body: Readonly<Record<string, unknown>>): Promise<z.infer<typeof order>>
  /** undefined while the order has not been recorded. */
  progress(replayId: string): Promise<Progress | undefined>
}

/** Talks to the API at `url`. Its refusals are thrown with their words: INVALID_VALUE for 4xx, LOG_UNAVAILABLE when it cannot answer. */
export function replayClient(url: string, send: typeof fetch): ReplayClient {
  async function call(path: string, body?: Readonly<Record<string, unknown>>): Promise<{ status: number; json: unknown }> {
    const init = body && { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
    try {
      const answer = await send(`${url}${path}`, init)
      return { status: answer.status, json: await answer.json() }
    } catch (cause) {
      throw new LeadlineError('LOG_UNAVAILABLE', `no answer from ${url}: is Leadline running there?`, { cause })
    }
  }
  return {
    preview: async (body) => preview.parse(accepted(await call('/v1/replays', { ...body, dryRun: true }))),
    order: async (body) => order.parse(accepted(await call('/v1/replays', body))),
    progress: async (replayId) => {
      const answer = await call(`/v1/replays/${replayId}`)
      return answer.status === 404 ? undefined : progress.parse(accepted(answer))
    },
  }
}

function accepted({ status, json }: { status: number; json: unknown }): unknown {
  if (status < 300) return json
  const { data } = problem.safeParse(json)
  const what = data === undefined ? `status ${status}` : `${data.detail ?? data.title} [${data.code}]`
  throw new LeadlineError(status < 500 ? 'INVALID_VALUE' : 'LOG_UNAVAILABLE', what)
}
