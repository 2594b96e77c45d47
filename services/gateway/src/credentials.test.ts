import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openScenario } from './gateway-scenario.ts'

const keyed = '/v1/flows/demo/sources/web/leads'
const basic = '/v1/flows/demo/sources/crm/leads'
let gateway: Awaited<ReturnType<typeof openScenario>>
beforeEach(async () => {
  gateway = await openScenario()
})
afterEach(() => gateway.close())

const post = (url: string, headers: Readonly<Record<string, string>> = {}) =>
  gateway.app.inject({ method: 'POST', url, payload: '{"a":1}', headers: { 'content-type': 'application/json', ...headers } })
const basicHeader = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` })

describe('a source with API keys', () => {
  it.each(['sesame', 'old-sesame'])('lets every one of its keys in: %s', async (key) => {
    expect((await post(keyed, { 'x-api-key': key })).statusCode).toBe(202)
    expect((await post(`${keyed}?api_key=${key}`)).statusCode).toBe(202)
  })

  it.each([
    ['no key', {}],
    ['a wrong key', { 'x-api-key': 'wrong-sesame' }],
    ['the start of a key', { 'x-api-key': 'sesam' }],
    ['a password', basicHeader('web:sesame')],
  ])('refuses %s', async (_what, headers) => {
    const answer = await post(keyed, headers)
    expect([answer.statusCode, answer.json().code]).toEqual([401, 'CREDENTIALS_REFUSED'])
    expect(answer.headers['www-authenticate']).toBe('ApiKey realm="leadline", header="X-Api-Key"')
    expect(await gateway.received()).toEqual([])
  })

  it('refuses a wrong key before it looks at the body', async () => {
    const answer = await gateway.app.inject({ method: 'POST', url: keyed, payload: '{', headers: { 'content-type': 'x/y' } })
    expect(answer.statusCode).toBe(401)
  })
})

describe('a source with name and password', () => {
  it('lets them in, a colon in the password included', async () => {
    expect((await post(basic, basicHeader('crm:pass:word'))).statusCode).toBe(202)
  })

  it.each([
    ['nothing', {}],
    ['a wrong password', basicHeader('crm:password')],
    ['another scheme', { authorization: 'Bearer pass:word' }],
    ['no base64', { authorization: 'Basic ***' }],
    ['an API key', { 'x-api-key': 'pass:word' }],
  ])('refuses %s', async (_what, headers) => {
    const answer = await post(basic, headers)
    expect([answer.statusCode, answer.json().code]).toEqual([401, 'CREDENTIALS_REFUSED'])
    expect(answer.headers['www-authenticate']).toBe('Basic realm="leadline", charset="UTF-8"')
  })
})

describe('credentials', () => {
  it('never show in an answer or a log line, right or wrong', async () => {
    const answers = [
      await post(keyed, { 'x-api-key': 'wrong-sesame' }),
      await post(`${keyed}?api_key=wrong-sesame`),
      await post(`${keyed}?api_key=sesame`),
      await post(basic, basicHeader('crm:wrong-sesame')),
    ]
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([401, 401, 202, 401])
    expect(answers.map(({ body, headers }) => body + JSON.stringify(headers)).join()).not.toContain('sesame')
    expect(gateway.lines.length).toBeGreaterThanOrEqual(4)
    expect(gateway.lines.join()).not.toMatch(/sesame|crm:|c2VzYW1l/)
  })
})
