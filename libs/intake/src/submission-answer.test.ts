import { describe, expect, it } from 'vitest'
import { negotiate } from './negotiate.ts'
import { answerLead, answerPing, redirecting } from './submission-answer.ts'

const concluded = {
  outcome: 'failure',
  reason: 'Duplicate',
  price: null,
  leadId: 'L1',
  lead: { email: 'a@example.org', id: 'own' },
  appended: { check: { status: 'ok', '@odd name': [1, '2nd'] } },
}

describe('the answer to a lead', () => {
  it('tells outcome, reason and price, in JSON', () => {
    const answer = answerLead(concluded, [], 'application/json')
    expect([answer.status, JSON.parse(answer.body)]).toEqual([
      201,
      { outcome: 'failure', reason: 'Duplicate', lead: { id: 'L1' }, price: 0 },
    ])
  })

  it('tells them in XML, names that XML cannot have changed', () => {
    const answer = answerLead({ ...concluded, appended: { '2nd': { '@a b': '<' } } }, 'appended', 'text/xml')
    expect(answer.body).toBe(
      '<?xml version="1.0"?><result><appended><_2nd><_a_b>&lt;</_a_b></_2nd></appended><outcome>failure</outcome>' +
        '<reason>Duplicate</reason><lead><id>L1</id></lead><price>0</price></result>',
    )
  })

  it('tells what the source chose as well, by paths', () => {
    const fields = ['lead.email', 'appended.check.status', 'appended.none', 'lead.id']
    expect(JSON.parse(answerLead(concluded, fields, 'application/json').body)).toEqual({
      outcome: 'failure',
      reason: 'Duplicate',
      lead: { email: 'a@example.org', id: 'L1' },
      appended: { check: { status: 'ok' } },
      price: 0,
    })
  })

  it('sends a visitor on', () => {
    const answer = redirecting(answerLead(concluded, [], 'application/json'), 'https://a.example/')
    expect([answer.status, answer.headers]).toEqual([303, { location: 'https://a.example/' }])
  })
})

describe('the answer to a ping', () => {
  it.each([
    [
      { outcome: 'success', reason: null, price: 2.5 },
      { outcome: 'success', price: 2.5 },
    ],
    [
      { outcome: 'success', reason: null, price: 0 },
      { outcome: 'failure', reason: 'no bid', price: 0 },
    ],
    [
      { outcome: 'success', reason: null, price: null },
      { outcome: 'failure', reason: 'no bid', price: 0 },
    ],
    [
      { outcome: 'failure', reason: 'Cap reached', price: null },
      { outcome: 'failure', reason: 'Cap reached', price: 0 },
    ],
  ])('%j is %j', (bid, told) => {
    const answer = answerPing(bid, 'application/json')
    expect([answer.status, JSON.parse(answer.body)]).toEqual([200, told])
  })
})

describe('the type of an answer', () => {
  it.each([
    [undefined, 'application/json'],
    ['*/*', 'application/json'],
    ['text/xml', 'text/xml'],
    ['application/xml', 'application/xml'],
    ['text/html, application/xml;q=0.9, */*;q=0.8', 'application/xml'],
    ['application/json;q=0.2, text/*', 'text/xml'],
    ['application/json;q=0, */*', 'application/xml'],
    ['text/html', null],
    ['image/png, application/*;q=0', null],
  ])('for %s is %s', (accept, type) => {
    expect(negotiate(accept)).toBe(type)
  })
})
