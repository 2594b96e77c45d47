import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ConnectorTools, defaultCallLimits, type StepVerdict } from '@leadline/connectors'
import type { CallLimits, HttpRequest } from '@leadline/http'
import type { Flow, Flows } from './flow.ts'
import { loadFlows } from './load-flows.ts'
import type { Environment } from './resolve-env.ts'

/** A directory of flow files, and an outside that echoes the header X-Key. */
export interface FlowScenario {
  readonly directory: string
  readonly calls: readonly { readonly request: HttpRequest; readonly limits: CallLimits }[]
  readonly tools: ConnectorTools
  write(name: string, text: string): Promise<void>
  load(env?: Environment): Promise<Flows>
  /** Writes one file and loads the only flow of it. */
  loadOne(text: string, env?: Environment): Promise<Flow>
  close(): Promise<void>
}

export async function openFlowScenario(): Promise<FlowScenario> {
  const directory = await mkdtemp(join(tmpdir(), 'flows-'))
  const calls: FlowScenario['calls'][number][] = []
  const tools: ConnectorTools = {
    http: {
      call: async (request, limits) => {
        calls.push({ request, limits })
        const body = Buffer.from(`{"echo":"${request.headers['X-Key'] ?? ''}"}`)
        return {
          type: 'answered',
          response: { status: 200, headers: {}, body },
          timings: { connectMs: 1, firstByteMs: 1, totalMs: 1 },
        }
      },
      [Symbol.asyncDispose]: async () => {},
    },
    limits: defaultCallLimits,
    redact: (text) => text,
  }
  const write = (name: string, text: string) => writeFile(join(directory, name), text)
  const load = (env: Environment = {}) => loadFlows(directory, { env, tools })
  return {
    directory,
    calls,
    tools,
    write,
    load,
    async loadOne(text, env = {}) {
      await write('one.yaml', text)
      const flow = (await load(env)).byName.values().next().value
      if (flow === undefined) throw new Error('no flow was loaded')
      return flow
    },
    close: () => rm(directory, { recursive: true }),
  }
}

/** A flow with one source and the given step, whose lines are indented for it. */
export function flowWith(step: string, head = ''): string {
  const lines = step.split('\n').map((line) => `    ${line}`)
  return ['flow: one', 'sources:', '  web: { auth: { apiKey: k } }', `${head}steps:`, '  - name: send', ...lines, ''].join('\n')
}

/** The smallest step of the http connector. */
export const httpStep = 'uses: http\nwith: { url: "https://crm.example/x" }'

/** Makes one attempt at a flow's first step. */
export async function runFirstStep(flow: Flow | undefined, attempt: number): Promise<StepVerdict | undefined> {
  return flow?.steps[0]?.action.run({
    view: { lead: {}, appended: {}, source: {}, flow: {} },
    idempotencyKey: 'key',
    traceparent: null,
    attempt,
    now: () => 0,
    signal: new AbortController().signal,
  })
}
