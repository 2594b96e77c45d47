import { json, type Routes, serveAlone } from '../fake-partner.ts'

const envelope = (inner: string): string =>
  `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>${inner}</s:Body></s:Envelope>`

/** The systems of the guide. Emails at example.net are on the blacklist, at example.org need verification. */
export const routes: Routes = {
  '/blacklist/check': ({ headers, body }) => {
    if (headers['x-api-key'] !== 'internal-key') return json({}, 403)
    const isBlacklisted = JSON.parse(body).email.endsWith('@example.net')
    return json({ is_blacklisted: isBlacklisted, reason: isBlacklisted ? 'chargeback' : null, risk_score: 12, trace: 'not kept' })
  },
  '/v2/leads/premium/validate': ({ query }) => json({ desk: 'premium', source: query.get('source'), type: query.get('type') }),
  '/v2/leads/CA/validate': ({ query }) => json({ desk: 'CA', source: query.get('source'), type: query.get('type') }),
  '/auth': ({ body }) =>
    new URLSearchParams(body).get('client_secret') === 'client-secret'
      ? json({ access_token: 'token-1', expires_in: 3600 })
      : json({}, 401),
  '/validate': ({ headers, body }) => {
    if (headers.authorization !== 'Bearer token-1') return json({ status: 'who are you' }, 401)
    const { personal, contact } = JSON.parse(body).lead
    return json({
      status: 'success',
      needs_verification: contact.emails[0].address.endsWith('@example.org'),
      data: { validated: true, score: 85, details: { email_valid: contact.emails[0].verified } },
      meta: { request_id: 'abc123' },
      seen: { born: personal.dateOfBirth, isAdult: personal.age >= 18, phone: contact.phones[0] },
    })
  },
  '/verify': ({ body }) => json({ verified: JSON.parse(body).request }),
  '/soap': ({ headers, body }) => {
    const known =
      body.includes('<auth:Password>soap-password</auth:Password>') && String(headers['soapaction']).includes('ValidateLead')
    const status = known ? 'Success' : 'Denied'
    const result = '<Result><Valid>true</Valid><Score>85</Score><EmailStatus>valid</EmailStatus></Result>'
    return { type: 'text/xml', body: envelope(`<ValidateResponse><Status>${status}</Status>${result}</ValidateResponse>`) }
  },
  '/bars': () => ({ body: 'SUCCESS|85|VALID|ABC123' }),
  '/words': ({ body }) =>
    body.includes('full') ? { body: 'Lead rejected: cap is full' } : { body: 'Lead accepted with ID: 12345 and price: $45.00' },
}

if (import.meta.main) await serveAlone(routes)
