import { Pool } from 'undici'
import { sampleLead } from '../acceptance/feed-leads.ts'

/**
 * Posts leads of 1 KB to URL over 128 connections for some seconds, a process of its own; prints how many per second were answered 202, the first
 * second left out. Any other answer ends it.
 */
const url = new URL(process.env['URL'] ?? '')
const connections = 128
const warmUpMs = 1_000
const measuredMs = 5_000

const pool = new Pool(url.origin, { connections, pipelining: 1 })
const startedAt = performance.now()
let answered = 0

async function post(): Promise<void> {
  for (let index = 0; performance.now() < startedAt + warmUpMs + measuredMs; index++) {
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify(sampleLead(index))
    const answer = await pool.request({ path: url.pathname, method: 'POST', headers, body })
    await answer.body.text()
    if (answer.statusCode !== 202) throw new Error(`answered ${answer.statusCode}`)
    if (performance.now() > startedAt + warmUpMs) answered++
  }
}

await Promise.all(Array.from({ length: connections }, post))
await pool.close()
console.log((answered / measuredMs) * 1_000)
