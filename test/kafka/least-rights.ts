import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { topicSpecs } from '@leadline/events'
import { describe, expect, test } from 'vitest'
import { openPartner } from '../../examples/01-demo/partner.ts'
import { freePort, isReady, startProcess, type TestProcess, until } from '../acceptance/processes.ts'
import { openAcls } from './acls.ts'
import { documentedRights } from './documented-rights.ts'
import type { SecureBroker } from './secure-broker.ts'
import { openSecureLog, operator, passwordLogin } from './secure-logins.ts'

/** Each has a login of its name. */
export const services = ['gateway', 'worker', 'retrier', 'recorder', 'console'] as const
type Service = (typeof services)[number]

const flow = `flow: secured
sources: { web: { auth: { apiKey: demo } } }
steps: [{ name: deliver, uses: http, with: { method: POST, url: "\${PARTNER_URL}/leads", body: { json: { id: "{{lead.id}}" } } } }]
`
const deadlineMs = 90_000

/** Makes the topics of an installation, as its operator. */
export async function makeTopics(broker: SecureBroker, prefix: string): Promise<void> {
  await using log = await openSecureLog(passwordLogin(broker, operator))
  await log.ensureTopics(topicSpecs({ prefix, pools: ['default'], partitions: 1 }))
}

/** All services as processes, each with its own login; their output is in `said`. */
async function startServices(broker: SecureBroker, env: Readonly<Record<string, string>>) {
  await using opened = new AsyncDisposableStack()
  const directory = mkdtempSync(join(tmpdir(), 'leadline-rights-'))
  opened.defer(() => rm(directory, { recursive: true, force: true }))
  writeFileSync(join(directory, 'flow.yaml'), flow)
  const processes: TestProcess[] = []
  const start = async (service: Service) => {
    const port = await freePort()
    const has = service === 'gateway' || service === 'console' ? { PORT: String(port) } : { HEALTH_PORT: String(port) }
    const own = { ...passwordLogin(broker, service), ...has, LEADLINE_FLOWS: directory, LEADLINE_DATA: join(directory, 'data') }
    const started = startProcess({
      name: service,
      script: `services/${service}/src/main.ts`,
      env: { ...env, ...own },
      logDirectory: directory,
    })
    processes.push(started)
    opened.defer(() => started.kill('SIGKILL'))
    await until(`${service} is ready`, isReady(port), deadlineMs)
    return `http://127.0.0.1:${port}`
  }
  const [gateway = '', , , , console = ''] = await Promise.all(services.map(start))
  const held = opened.move()
  return {
    gateway,
    console,
    said: () =>
      readdirSync(directory)
        .filter((name) => name.endsWith('.log'))
        .map((name) => readFileSync(join(directory, name), 'utf8'))
        .join(''),
    end: async () => void (await Promise.all(processes.map((started) => started.kill('SIGTERM')))),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  }
}

export function describeLeastRights(broker: () => SecureBroker): void {
  describe.each(['lanes', 'group'])('with the rights of docs/kafka-security.md and transactions by %s', (kind) => {
    test('a lead is taken, tried again after an error, delivered, recorded and replayed', async () => {
      const prefix = `${kind}.`
      await using acls = await openAcls(broker().open)
      await makeTopics(broker(), prefix)
      await acls.give(documentedRights(prefix))
      const partner = await openPartner({ behaviour: 'accept', failFirstShare: 1 })
      await using _partner = { [Symbol.asyncDispose]: () => partner.close() }
      const all = { KAFKA_TRANSACTIONS: kind, TOPIC_PREFIX: prefix, TOPIC_PARTITIONS: '1', PARTNER_URL: partner.url }
      await using running = await startServices(broker(), { ...all, ALLOW_PRIVATE_DESTINATIONS: 'loopback' })

      const posted = await fetch(`${running.gateway}/v1/flows/secured/sources/web/leads?wait=30`, {
        method: 'POST',
        headers: { 'x-api-key': 'demo', 'content-type': 'application/json' },
        body: JSON.stringify({ email: 'ada@example.com' }),
      })
      const answer = (await posted.json()) as { lead: { id: string } }
      expect({ status: posted.status, answer }).toMatchObject({ status: 201, answer: { outcome: 'success' } })
      const recorded = async () => (await fetch(`${running.console}/v1/leads/${answer.lead.id}`)).json()
      await expect.poll(recorded).toMatchObject({ status: 'completed', generation: 0 })
      const { events } = (await recorded()) as { events: { type: string }[] }
      const types = events.map((event) => event.type)
      expect(types).toEqual(expect.arrayContaining(['step.errored', 'retry.scheduled', 'step.succeeded', 'lead.completed']))

      const ordered = await fetch(`${running.console}/v1/replays`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          topic: { name: 'outcomes.success', fromOffset: 0 },
          succeededSteps: 'run',
          idempotencyKeys: 'new',
        }),
      })
      expect(ordered.status).toBe(202)
      await expect.poll(recorded, { timeout: 40_000 }).toMatchObject({ status: 'completed', generation: 1 })
      expect(running.said()).not.toContain('LOG_REFUSED')
      const endsAt = Date.now()
      await running.end()
      // A login that is still to be renewed keeps nobody.
      expect(Date.now() - endsAt).toBeLessThan(8_000)
    }, 240_000)
  })
}
