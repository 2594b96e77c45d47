import { isJsonObject, type Json, type JsonObject } from '@leadline/domain'
import { answerLead, answerPing, negotiate, redirecting } from '@leadline/intake'
import type { Op } from '../op.ts'

/** The answer to a submission that came to its end. */
export const inboundResponse: Op = ({ request, vars, fields }) => {
  const concluded = concludedIn(objectIn(vars))
  const { uri, accept, headers } = objectIn(request)
  const { Accept: wanted = accept } = objectIn(headers)
  const type = negotiate(typeof wanted === 'string' ? wanted : undefined)
  if (type === null) return { http_status: 406 }
  const isPing =
    String(uri ?? '')
      .split('?')[0]
      ?.endsWith('/ping') === true
  const answer = isPing ? answerPing(concluded, type) : answerLead(concluded, fieldsIn(fields), type)
  const redirect = objectIn(vars)['redir_url'] ?? concluded.lead['redir_url']
  const { status, contentType, body, headers: own } = redirecting(answer, typeof redirect === 'string' ? redirect : null)
  return {
    http_status: status,
    content_type: contentType,
    body,
    location: own['location'] ?? null,
    ...(contentType === 'application/json' ? { json: JSON.parse(body) } : { xml: body }),
  }
}

function concludedIn({ lead, outcome, reason, price, appended }: JsonObject) {
  return {
    outcome: String(outcome),
    reason: typeof reason === 'string' ? reason : null,
    price: price === undefined || price === null ? null : Number(price),
    leadId: String(objectIn(lead)['id'] ?? ''),
    lead: objectIn(lead),
    appended: objectIn(appended),
  }
}

function fieldsIn(fields: Json | undefined): readonly string[] | 'appended' {
  if (fields === 'verbose') return 'appended'
  return Array.isArray(fields) ? fields.map(String) : []
}

function objectIn(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {}
}
