import { json, type Routes, serveAlone } from '../fake-partner.ts'

/** A phone validator, an email verifier, a CRM and a buyer. Phones that end in 0 are disconnected, in 7 unreachable for the validator. */
export const routes: Routes = {
  '/phone': ({ query }) => {
    const phone = query.get('phone') ?? ''
    if (phone.endsWith('7')) return { status: 503, body: 'come back later' }
    return json({ valid: !phone.endsWith('0'), type: 'mobile', carrier: phone.endsWith('1') ? 'Verizon' : 'Acme Mobile' })
  },
  '/email': ({ body }) => json({ deliverable: new URLSearchParams(body).get('domain') === 'example.com' }),
  '/crm/leads': ({ headers, body }) => {
    if (headers['x-api-key'] !== 'crm-secret-key') return json({ errors: ['unknown key'] }, 401)
    const lead = JSON.parse(body)
    if (lead.LastName === 'Twice') return json({ errors: ['Duplicate record', 'email is known'] }, 409)
    return json({ id: `SF-${lead.Phone}`, success: true }, 201)
  },
  '/buyer': ({ body, headers }) => {
    const reply = (inner: string) => ({ type: 'text/xml', body: `<?xml version="1.0"?><response>${inner}</response>` })
    if (headers['x-customer-id'] !== '12345') return reply('<result>rejected</result><reason>unknown customer</reason>')
    if (body.includes('@example.org')) return reply('<result>rejected</result><reason>Outside service area</reason>')
    return reply(`<result>accepted</result><price>${body.includes('<tier>premium</tier>') ? '25.00' : '12.50'}</price>`)
  },
}

if (import.meta.main) await serveAlone(routes)
