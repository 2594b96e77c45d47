import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { createEvents, createHealth, createLogger, createMetrics, readConfig, type ServiceContext } from '@leadline/service'
import { type Standalone, startStandalone } from '@leadline/standalone'

/** A process with every service, in a directory of its own, that tests start, stop and talk to. */
export interface Scenario extends AsyncDisposable {
  start(): Promise<void>
  stop(): Promise<void>
  readonly url: string
  post(body: string, options?: PostOptions): Promise<Answer>
  get(path: string): Promise<Answer>
  /** Waits until the lead is completed and all its events are in the store. */
  completedLead(leadId: unknown): Promise<Record<string, unknown>>
}

export interface PostOptions {
  /** `demo` unless told. */
  readonly flow?: string
  /** `web` unless told. */
  readonly source?: string
  readonly query?: string
  readonly headers?: Readonly<Record<string, string>>
}

export interface Answer {
  readonly status: number
  readonly body: Record<string, unknown>
}

export const apiKey = 'secret-key-1'

type Variables = Readonly<Record<string, string>>

/** `flow` is the text of a flow file, `secrets` what it reads of its environment. */
export function openScenario(flow: string, env: Variables = {}, secrets: Variables = {}): Scenario {
  const directory = mkdtempSync(`${tmpdir()}/leadline-test-`)
  mkdirSync(`${directory}/flows`)
  writeFileSync(`${directory}/flows/demo.yaml`, flow)
  let standalone: Standalone | undefined

  async function start(): Promise<void> {
    const config = readConfig({
      LEADLINE_DATA: `${directory}/data`,
      LEADLINE_FLOWS: `${directory}/flows`,
      PORT: '0',
      LOG_LEVEL: 'silent',
      ALLOW_PRIVATE_DESTINATIONS: 'loopback',
      ...env,
    })
    const logger = createLogger(config, 'test')
    const metrics = createMetrics()
    const context: ServiceContext = {
      name: 'test',
      config,
      env: {},
      logger,
      health: createHealth(),
      metrics,
      events: createEvents({ metrics, logger }),
      signal: new AbortController().signal,
    }
    standalone = await startStandalone(context, secrets)
  }

  const url = (): string => standalone?.url ?? 'http://not-started.invalid'
  const answerOf = async (response: Response): Promise<Answer> => ({
    status: response.status,
    body: JSON.parse(await response.text()),
  })
  const get = async (path: string): Promise<Answer> => answerOf(await fetch(url() + path))
  const stop = async (): Promise<void> => {
    await standalone?.[Symbol.asyncDispose]()
    standalone = undefined
  }

  return {
    start,
    stop,
    get,
    get url() {
      return url()
    },
    post: async (body, { flow = 'demo', source = 'web', query = '', headers = {} } = {}) =>
      answerOf(
        await fetch(`${url()}/v1/flows/${flow}/sources/${source}/leads${query}`, {
          method: 'POST',
          body,
          headers: { 'content-type': 'application/json', 'x-api-key': apiKey, ...headers },
        }),
      ),
    completedLead: async (leadId) => {
      const end = Date.now() + 60_000
      for (;;) {
        const { status, body } = await get(`/v1/leads/${leadId}`)
        if (status === 200 && body['status'] === 'completed' && isWhole(body['events'])) return body
        if (Date.now() > end) throw new Error(`not completed: ${JSON.stringify(body)}`)
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    },
    [Symbol.asyncDispose]: async () => {
      await stop()
      rmSync(directory, { recursive: true })
    },
  }
}

/** Events come into the store by several topics; none is missing between the first and the last one of a generation. */
function isWhole(events: unknown): boolean {
  const generations = Map.groupBy(events as { generation: number; seq: number }[], ({ generation }) => generation)
  return [...generations.values()].every((ofOne) => {
    const seqs = new Set(ofOne.map(({ seq }) => seq))
    return Math.max(...seqs) - Math.min(...seqs) + 1 === seqs.size
  })
}

/** A check, a filter and a delivery to the partner at `url`. */
export const demoFlow = (url: string): string => `
flow: demo
sources:
  web: { auth: { apiKey: ${apiKey} } }
steps:
  - name: check
    uses: http
    retry: { attempts: 3, delay: 1s, factor: 1, max: 1s, jitter: 0 }
    with: { method: POST, url: "${url}/phone", body: { json: { phone: "{{lead.phone}}" } } }
  - name: wanted
    uses: filter
    with: { path: lead.state, is: not equal, value: NV, reason: not in Nevada }
  - name: partner
    uses: http
    retry: { attempts: 3, delay: 1s, factor: 1, max: 1s, jitter: 0 }
    with:
      url: "${url}/leads"
      method: POST
      body: { json: { email: "{{lead.email}}", number: "{{lead.number}}" } }
      success: { path: status, equals: accepted }
      failure: { path: status, equals: rejected }
      reason: reason
`
