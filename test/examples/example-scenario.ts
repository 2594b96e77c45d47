import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { openFakePartner, type Routes } from '../../examples/fake-partner.ts'
import { openScenario } from '../integration/standalone-scenario.ts'

export interface ExampleScenario extends AsyncDisposable {
  /** Submits a lead and waits for its end; resolves with what `GET /v1/leads/{id}` says of it. */
  submit(lead: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>>
}

const textOf = (name: string, file: string): string =>
  readFileSync(fileURLToPath(new URL(`../../examples/${name}/${file}`, import.meta.url)), 'utf8')

export function readLines(name: string, file: string): Record<string, unknown>[] {
  const lines = textOf(name, file).trim().split('\n')
  return lines.map((line) => JSON.parse(line))
}

/** The example's flow in a process of its own directory, and its partner. `source` of a lead says who submits it, the first one unless told. */
export async function openExample(
  name: string,
  routes: Routes,
  secrets: Readonly<Record<string, string>>,
): Promise<ExampleScenario> {
  await using opened = new AsyncDisposableStack()
  const partner = opened.use(await openFakePartner(routes))
  const scenario = opened.use(openScenario(textOf(name, 'flow.yaml'), {}, { ...secrets, PARTNER_URL: partner.url }))
  await scenario.start()
  const flow = name.replace(/^\d+-/, '')
  const all = opened.move()
  return {
    async submit({ source = defaultSource[flow] ?? 'web', ...lead }) {
      const { body } = await scenario.post(JSON.stringify(lead), {
        flow,
        source: String(source),
        query: '?wait=30',
        headers: { 'x-api-key': source === 'paid' ? 'demo-paid' : 'demo' },
      })
      const { lead: accepted } = body as { lead: { id: string } }
      return scenario.completedLead(accepted.id)
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

const defaultSource: Readonly<Record<string, string>> = { integrations: 'form' }
