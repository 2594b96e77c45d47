import { describe, expect, it } from 'vitest'
import { routes as integrations } from '../../examples/02-integrations/partner.ts'
import { routes as customApi } from '../../examples/03-custom-api/partner.ts'
import { routes as webhook } from '../../examples/04-webhook/partner.ts'
import { routes as apiDelivery } from '../../examples/05-api-delivery/partner.ts'
import type { Routes } from '../../examples/fake-partner.ts'
import { openExample, readLines } from './example-scenario.ts'

const examples: readonly [name: string, routes: Routes, secrets: Record<string, string>][] = [
  ['02-integrations', integrations, { CRM_KEY: 'crm-secret-key' }],
  [
    '03-custom-api',
    customApi,
    { INTERNAL_API_KEY: 'internal-key', CLIENT_SECRET: 'client-secret', SOAP_PASSWORD: 'soap-password' },
  ],
  ['04-webhook', webhook, { SIGNING_KEY: 'signing-key', WEBHOOK_KEY: 'webhook-key', WEBHOOK_PASSWORD: 'webhook-password' }],
  ['05-api-delivery', apiDelivery, { RECIPIENT_KEY: 'recipient-key' }],
]

type Event = { readonly type: string; readonly step?: string }

/** What is looked at besides what the lead itself says: the steps that it skipped, and how often a step was tried. */
function summaryOf(lead: Record<string, unknown>): Record<string, unknown> {
  const events = Array.isArray(lead['events']) ? (lead['events'] as Event[]) : []
  const stepsOf = (pattern: RegExp) =>
    events.flatMap(({ type, step }) => (pattern.test(type) && step !== undefined ? [step] : []))
  const tried = stepsOf(/^step\.(succeeded|failed|errored)$/)
  const attempts = Object.fromEntries(tried.map((step) => [step, tried.filter((other) => other === step).length]))
  return { ...lead, skipped: stepsOf(/^step\.skipped$/), attempts }
}

describe('an example of the documents', () => {
  it.each(examples)('%s does with each of its leads what it says', async (name, routes, secrets) => {
    await using example = await openExample(name, routes, secrets)
    const ends: Record<string, unknown>[] = []
    for (const lead of readLines(name, 'leads.jsonl')) ends.push(summaryOf(await example.submit(lead)))
    expect(ends).toMatchObject(readLines(name, 'expected.jsonl'))
  })
})
