import { mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { openCodec } from '@leadline/events'
import { openSqliteLog } from '@leadline/log'
import { openPartner } from '../../examples/01-demo/partner.ts'
import { checkOutcomes } from './check-outcomes.ts'
import { feedLeads } from './feed-leads.ts'
import { freePort, isReady, root, startProcess, type TestProcess, until } from './processes.ts'
import { printReport } from './run-report.ts'

// One process on the embedded log, killed with -9 again and again at random moments while leads come in.
const { values } = parseArgs({
  options: {
    leads: { type: 'string', default: '5000' },
    kills: { type: 'string', default: '10' },
    rate: { type: 'string', default: '200' },
  },
})
const leads = Number(values.leads)
const directory = mkdtempSync(`${tmpdir()}/leadline-acceptance-`)
mkdirSync(`${directory}/logs`)
const partner = await openPartner({ behaviour: 'accept', failFirstShare: 0.1 })
const port = await freePort()
const env = {
  PORT: String(port),
  LEADLINE_DATA: `${directory}/data`,
  LEADLINE_FLOWS: `${root}test/acceptance/flows`,
  PARTNER_URL: partner.url,
  ALLOW_PRIVATE_DESTINATIONS: 'loopback',
}
const start = async (): Promise<TestProcess> => {
  const started = startProcess({
    name: 'standalone',
    script: 'services/standalone/src/main.ts',
    env,
    logDirectory: `${directory}/logs`,
  })
  await until('standalone ready', isReady(port), 60_000)
  return started
}

console.log(`logs of the process in ${directory}/logs`)
let standalone = await start()
const startedAt = Date.now()
const feeding = feedLeads({
  url: `http://127.0.0.1:${port}`,
  flow: 'acceptance',
  count: leads,
  concurrency: 32,
  rate: Number(values.rate),
  run: directory,
})
for (let kill = 1; kill <= Number(values.kills); kill++) {
  await delay(500 + Math.random() * 1_500)
  await standalone.kill('SIGKILL')
  console.log(`kill -9 number ${kill}`)
  standalone = await start()
}
const { accepted, retriedPosts } = await feeding
const completed = async (): Promise<number> => {
  const answer = await fetch(`http://127.0.0.1:${port}/v1/leads/count?flow=acceptance&status=completed`)
  return JSON.parse(await answer.text()).leads
}
await until('all leads completed', async () => (await completed()) >= leads, 120_000).catch((error) => console.log(String(error)))
const seconds = (Date.now() - startedAt) / 1_000
await standalone.kill('SIGTERM')

await using log = await openSqliteLog({ directory: `${directory}/data/log` })
const verdict = await checkOutcomes(log, await openCodec({ encoding: 'avro' }), 'leadline.', accepted)
const ok = printReport({
  accepted: accepted.size,
  wanted: leads,
  steps: 2,
  faults: { 'kill -9': Number(values.kills) },
  retriedPosts,
  seconds,
  verdict,
  partner: partner.stats(),
})
await partner.close()
process.exitCode = ok ? 0 : 1
