import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { createEvents, createHealth, createLogger, createMetrics, readConfig, type ServiceContext } from '@leadline/service'
import { startStandalone } from '@leadline/standalone'
import { openFakePartner, type Routes } from '../../examples/fake-partner.ts'

/** What `GET /v1/leads/{id}` says of a lead, as far as examples look at it. */
export interface EndedLead {
  readonly outcome: string
  readonly [field: string]: unknown
}

export interface ExampleScenario extends AsyncDisposable {
  /** Submits a lead and waits for its end. */
  submit(lead: Readonly<Record<string, unknown>>): Promise<EndedLead>
}

export const exampleDirectory = (name: string): string => fileURLToPath(new URL(`../../examples/${name}`, import.meta.url))

export function readLines(name: string, file: string): Record<string, unknown>[] {
  const lines = readFileSync(`${exampleDirectory(name)}/${file}`, 'utf8')
    .trim()
    .split('\n')
  return lines.map((line) => JSON.parse(line))
}

/** The example's flow in a process of its own directory, and its partner. `source` of a lead says who submits it, the first one unless told. */
export async function openExample(
  name: string,
  routes: Routes,
  secrets: Readonly<Record<string, string>>,
): Promise<ExampleScenario> {
  const directory = mkdtempSync(`${tmpdir()}/leadline-example-`)
  cpSync(`${exampleDirectory(name)}/flow.yaml`, `${directory}/flows/flow.yaml`)
  const partner = await openFakePartner(routes)
  const standalone = await startStandalone(contextOf(directory), { ...secrets, PARTNER_URL: partner.url })
  const flow = name.replace(/^\d+-/, '')
  const ended = async (id: string): Promise<EndedLead> => {
    const deadline = Date.now() + 30_000
    for (;;) {
      const lead = (await (await fetch(`${standalone.url}/v1/leads/${id}`)).json()) as EndedLead
      if (lead['status'] === 'completed') return lead
      if (Date.now() > deadline) throw new Error(`not completed: ${JSON.stringify(lead)}`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
  return {
    async submit({ source = defaultSource[flow] ?? 'web', ...lead }) {
      const answer = await fetch(`${standalone.url}/v1/flows/${flow}/sources/${source}/leads?wait=30`, {
        method: 'POST',
        body: JSON.stringify(lead),
        headers: { 'content-type': 'application/json', 'x-api-key': source === 'paid' ? 'demo-paid' : 'demo' },
      })
      const { lead: accepted } = (await answer.json()) as { lead: { id: string } }
      return ended(accepted.id)
    },
    [Symbol.asyncDispose]: async () => {
      await standalone[Symbol.asyncDispose]()
      await partner[Symbol.asyncDispose]()
      rmSync(directory, { recursive: true })
    },
  }
}

const defaultSource: Readonly<Record<string, string>> = { integrations: 'form' }

function contextOf(directory: string): ServiceContext {
  const config = readConfig({
    LEADLINE_DATA: `${directory}/data`,
    LEADLINE_FLOWS: `${directory}/flows`,
    PORT: '0',
    LOG_LEVEL: 'silent',
    ALLOW_PRIVATE_DESTINATIONS: 'loopback',
  })
  const logger = createLogger(config, 'test')
  const metrics = createMetrics()
  return {
    name: 'test',
    config,
    env: {},
    logger,
    health: createHealth(),
    metrics,
    events: createEvents({ metrics, logger }),
    signal: new AbortController().signal,
  }
}
