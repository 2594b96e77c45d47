import { createHash, createHmac } from 'node:crypto'
import { json, type Routes, serveAlone } from '../fake-partner.ts'

const refused = (code: string, message: string, field: string) => json({ error: { code, message, field } }, 400)

/** One endpoint for each format. It checks credentials, the signature and the hash, and refuses emails that are none. */
export const routes: Routes = {
  '/json': ({ headers, body }) => {
    const lead = JSON.parse(body)
    const signature = createHmac('sha256', 'signing-key').update(lead.email).digest('hex')
    if (headers['x-api-key'] !== 'webhook-key' || headers['x-signature'] !== signature) return json({}, 401)
    if (!lead.email.includes('@')) return refused('INVALID_EMAIL', 'Email format invalid', 'email')
    const { score } = lead.customFields
    return json({ status: 'created', lead: { id: '12345', score }, message: 'Lead created successfully' }, 201)
  },
  '/form': ({ query, body }) =>
    json({ created: query.get('api_key') === 'webhook-key' && new URLSearchParams(body).has('email') }),
  '/xml': ({ headers, body }) => {
    const known = headers.authorization === `Basic ${Buffer.from('myuser:webhook-password').toString('base64')}`
    const isWhole = known && body.includes('<first>') && !body.includes('$')
    const inner = isWhole ? '<status>success</status><leadId>12345</leadId>' : '<status>failed</status>'
    return { type: 'application/xml', body: `<response>${inner}</response>` }
  },
  '/lines': ({ body }) => ({ body: body.replace(/\r?\n$/, '') }),
  '/sales/west/leads': ({ body }) => {
    const hash = createHash('sha256').update('dana@example.com').digest('hex')
    return json({ desk: 'sales', isSameHash: JSON.parse(body).hash === hash })
  },
  '/marketing/east/leads': () => json({ error: 'Duplicate lead' }, 409),
}

if (import.meta.main) await serveAlone(routes)
