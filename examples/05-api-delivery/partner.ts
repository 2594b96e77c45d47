import { json, type Routes, serveAlone } from '../fake-partner.ts'

const failedOnce = new Set<string>()

/** A recipient's API and two systems for some leads. Emails at example.org meet a server that fails the first time. */
export const routes: Routes = {
  '/recipient': ({ method, headers, body }) => {
    if (method !== 'PATCH' || headers.authorization !== 'Bearer recipient-key') return json({}, 401)
    const lead = JSON.parse(body)
    const email = lead.recipient.emailAddress
    if (lead.checkedEmail === 'invalid') return json({ errors: ['emailAddress is not valid', 'leadScore is missing'] }, 422)
    if (email.endsWith('@example.org') && !failedOnce.has(email)) {
      failedOnce.add(email)
      return json({}, 500)
    }
    return json({ recordId: `R-${lead.recipient.primaryPhone}`, seen: lead }, 201)
  },
  '/premium': () => json({ bid: '42.00' }),
  '/west': ({ query }) => ({ body: query.get('record') === 'R-7378742834' ? 'declined' : 'accepted' }),
}

if (import.meta.main) await serveAlone(routes)
