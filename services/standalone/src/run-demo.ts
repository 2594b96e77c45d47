import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { type LeadId, LeadlineError, parseLeadId } from '@leadline/domain'
import type { EventStore, LeadView } from '@leadline/store'
import { demoTable } from './demo-table.ts'

export interface DemoOptions {
  /** Address of the API. */
  readonly url: string
  readonly store: EventStore
  /** JSON lines, one lead each. */
  readonly leadsFile: string
  readonly signal: AbortSignal
  readonly write: (text: string) => void
}

const flow = 'demo'
const source = 'web'
const apiKey = 'demo'
const senders = 20

/** Feeds the sample leads through the API as a source would, shows how they go, then what became of them. */
export async function runDemo({ url, store, leadsFile, signal, write }: DemoOptions): Promise<void> {
  const lines = (await readFile(leadsFile, 'utf8')).split('\n').filter((line) => line.trim() !== '')
  const startedAt = Date.now()
  write(`feeding ${lines.length} sample leads to ${url}/v1/flows/${flow}/sources/${source}/leads\n`)
  const queue = [...lines]
  const ids: LeadId[] = []
  const feeding = Promise.all(
    Array.from({ length: senders }, () => send(queue, ids, `${url}/v1/flows/${flow}/sources/${source}/leads`)),
  )
  while (!signal.aborted) {
    const completed = await store.countLeads({ flow, status: 'completed', since: startedAt })
    const retrying = await store.countLeads({ flow, status: 'retrying', since: startedAt })
    write(`\raccepted ${ids.length}/${lines.length}   completed ${completed}   waiting for a retry ${retrying}     `)
    if (completed >= lines.length) break
    await delay(200, undefined, { signal }).catch(() => undefined)
  }
  await feeding
  if (signal.aborted) return
  const leads = await Promise.all(ids.map((id) => store.readLead(id)))
  write(`\n\nwhat happened, in ${((Date.now() - startedAt) / 1_000).toFixed(1)} s\n`)
  write(`${demoTable(leads.filter((lead) => lead !== undefined))}\n\n${whatToTry(url, leads)}`)
}

async function send(queue: string[], ids: LeadId[], target: string): Promise<void> {
  for (let body = queue.shift(); body !== undefined; body = queue.shift()) {
    const response = await fetch(target, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': apiKey },
      body,
    })
    const answer: { leadId?: unknown; detail?: unknown } = JSON.parse(await response.text())
    if (response.status !== 202)
      throw new LeadlineError('UNEXPECTED', `the demo's lead was answered ${response.status}: ${answer.detail}`)
    ids.push(parseLeadId(String(answer.leadId)))
  }
}

function whatToTry(url: string, leads: readonly (LeadView | undefined)[]): string {
  const retried = leads.find((lead) => lead?.events.some((event) => event.type === 'retry.scheduled'))
  return [
    'try next',
    `  a lead of your own:    curl -i ${url}/v1/flows/${flow}/sources/${source}/leads -H 'X-Api-Key: ${apiKey}' -H 'Content-Type: application/json' \\`,
    `                           -d '{"first_name":"Ada","last_name":"Lovelace","email":"ada@example.com","phone":"5125550150"}'`,
    `  why a lead ended so:   curl -s ${url}/v1/leads/${retried?.leadId ?? '<lead id>'}`,
    `  what failed:           curl -s '${url}/v1/leads?flow=${flow}&outcome=failure&limit=5'`,
    `  run the errors again:  npm run replay -- --flow ${flow} --outcome error --dry-run`,
    `  metrics:               curl -s ${url}/metrics | grep leadline_`,
    '  stop:                  Ctrl-C',
    '',
  ].join('\n')
}
