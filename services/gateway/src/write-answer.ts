import type { Source } from '@leadline/flows'
import { type AnswerType, answerLead, type WrittenAnswer, writeAnswer } from '@leadline/intake'
import { fieldsOf } from '@leadline/walk'
import type { Receipt } from './receive-lead.ts'

/** 201 when the outcome is known, 202 while it is not. */
export function answerReceipt({ leadId, concluded }: Receipt, source: Source, type: AnswerType): WrittenAnswer {
  const headers = { location: `/v1/leads/${leadId}` }
  if (concluded === null) return { status: 202, contentType: type, body: writeAnswer({ leadId }, type), headers }
  const { outcome, reason, price } = concluded
  const fields = source.answer ?? []
  // Read again only for who asks for it.
  const [lead, appended] = fields.length === 0 ? [{}, {}] : [fieldsOf(concluded.lead), fieldsOf(concluded.appended)]
  return { ...answerLead({ outcome, reason, price, leadId, lead, appended }, fields, type), headers }
}

/** A ping by `is_ping`: everything was checked, nothing is kept, and there is no bid. */
export function answerTestPing(type: AnswerType): WrittenAnswer {
  const told = { ping: true, outcome: 'success', price: 0 }
  return { status: 200, contentType: type, body: writeAnswer(told, type), headers: {} }
}
