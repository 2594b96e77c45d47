import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { HttpCaller, HttpRequest } from '@leadline/http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runTry } from './try.ts'

const flow = `flow: quotes
sources:
  web: { auth: { apiKey: demo }, mapping: [lead.tel -> phone] }
  desk: { auth: none }
steps:
  - name: gate
    uses: filter
    with: { rules: [lead.age > 17, lead.state is CA] }
  - name: crm
    uses: http
    when: lead.age > 17
    with:
      url: https://crm.example/leads/{{lead.state}}
      headers: { X-Api-Key: "\${CRM_KEY}" }
      body: { json: { phone: "{{lead.phone}}", ssn: "{{lead.ssn}}", carrier: "{{appended.check.carrier}}", by: "{{source.name}}" } }
      success: { path: status, equals: accepted }
      failure: { path: status, equals: rejected }
      reason: message
      reference: id
      price: offer.price
      capture: { desk: routed.to }
`
const lead = { tel: '(212) 555-0150', age: '40', state: 'california', ssn: '123-45-6789' }

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'try-'))
  await Promise.all([write('flow.yaml', flow), write('lead.json', JSON.stringify(lead))])
})
afterEach(() => rm(directory, { recursive: true }))

const write = (name: string, text: string): Promise<void> => writeFile(join(directory, name), text)
const unused = (): HttpCaller => {
  throw new Error('a call was made without --live')
}

async function tried(step: string, more: readonly string[] = [], openHttp = unused) {
  const [out, error]: [string[], string[]] = [[], []]
  const given = more.map((word) => (word.includes('.') ? join(directory, word) : word))
  const args = [join(directory, 'flow.yaml'), step, '--lead', join(directory, 'lead.json'), ...given]
  const tools = { out: (line: string) => out.push(line), error: (line: string) => error.push(line) }
  const code = await runTry(args, { ...tools, env: { CRM_KEY: 'very-secret' }, now: () => Date.UTC(2026, 0, 5), openHttp })
  return { code, text: out.join('\n'), error: error.join('\n') }
}

const answer = (body: object, status = '200 OK') =>
  `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\n\r\n${JSON.stringify(body)}`

describe('try', () => {
  it('shows the request of the step, fields mapped and read by their types, secrets and sensitive fields masked', async () => {
    await write('appended.json', '{"check":{"carrier":"Acme"}}')
    const { code, text } = await tried('crm', ['--appended', 'appended.json', '--source', 'web'])
    expect(code).toBe(0)
    expect(text).toContain('when: holds')
    expect(text).toContain('POST https://crm.example/leads/CA\n')
    expect(text).toContain('X-Api-Key: ***\n')
    expect(text).toContain('\n\n{"phone":"2125550150","ssn":"***","carrier":"Acme","by":"web"}')
    expect(text).not.toMatch(/very-secret|123456789|123-45-6789|--- outcome/)
  })

  it('judges a success, telling every question, what was found and where', async () => {
    await write('ok.txt', answer({ status: 'Accepted', id: 7, offer: { price: '18.50' }, routed: { to: 'west' } }))
    const { code, text } = await tried('crm', ['--response', 'ok.txt'])
    expect(code).toBe(0)
    expect(text).toContain(
      'the body is read as json\nno   failure: status is "rejected"\nyes  the status is 2xx\nyes  success: status is "accepted"',
    )
    expect(text).toContain('yes  rule success-path\n')
    expect(text).toContain('reference at id: [7]')
    expect(text).toContain('capture desk at routed.to: ["west"]')
    expect(text).toContain('success (rule success-path)\nprice: 18.5\nreference: 7\nappended.crm: {"status":"Accepted"')
  })

  it('judges a failure and an error; the exit code is 0 whatever the outcome', async () => {
    await write('no.txt', answer({ status: 'rejected', message: 'not in CA' }))
    await write('down.txt', 'HTTP/1.1 503 Service Unavailable\n\n')
    const failed = await tried('crm', ['--response', 'no.txt'])
    const down = await tried('crm', ['--response', 'down.txt'])
    expect([failed.code, down.code]).toEqual([0, 0])
    expect(failed.text).toContain('failure (rule failure-path)\nreason: not in CA')
    expect(down.text).toContain('error (rule unavailable)\nreason: Server error\ncode: DESTINATION_UNAVAILABLE, is tried again')
  })

  it('judges a body alone as if it had come with 200', async () => {
    await write('body.txt', '{"status":"accepted"}')
    expect((await tried('crm', ['--response', 'body.txt'])).text).toContain('success (rule success-path)')
  })

  it('says that a lead skips the step, and makes no request', async () => {
    await write('lead.json', '{"age":12}')
    const { text } = await tried('crm')
    expect(text).toContain('when: does not hold, the lead skips the step: Age must be greater than 17')
    expect(text).not.toContain('--- request')
  })

  it('shows the rules of a filter', async () => {
    await write('lead.json', '{"age":18,"state":"TX"}')
    const { text } = await tried('gate')
    expect(text).toContain('yes  Age must be greater than 17\nno   State must be equal to CA')
    expect(text).toContain('stop (rule stopped)\nreason: State must be equal to CA')
  })

  it('makes the call with --live', async () => {
    const calls: HttpRequest[] = []
    const timings = { connectMs: 1, firstByteMs: 1, totalMs: 1 }
    const live = (): HttpCaller => ({
      call: async (request) => {
        calls.push(request)
        return { type: 'answered', response: { status: 200, headers: {}, body: Buffer.from('{"status":"accepted"}') }, timings }
      },
      [Symbol.asyncDispose]: async () => {},
    })
    const { text } = await tried('crm', ['--live'], live)
    expect(calls.map(({ headers }) => headers['X-Api-Key'])).toEqual(['very-secret'])
    expect(text).toContain('success (rule success-path)')
  })

  it.each([
    ['crn', [], 'the flow quotes has no step "crn"; did you mean "crm"?'],
    ['crm', ['--source', 'webb'], 'the flow quotes has no source "webb"; did you mean "web"?'],
    ['crm', ['--response', 'nope.txt'], 'nope.txt cannot be read'],
    ['crm', ['--appended', 'flow.yaml'], 'flow.yaml: '],
    ['crm', ['--response', 'lead.json', '--live'], 'exclude each other'],
    ['crm', ['--leed', 'x'], "Unknown option '--leed'"],
  ])('refuses %s %j with 2', async (step, more, message) => {
    const { code, text, error } = await tried(step, more)
    expect([code, text]).toEqual([2, ''])
    expect(error).toContain(message)
  })

  it('names the mistakes of the flow', async () => {
    await write('flow.yaml', flow.replace('uses: http', 'uses: htpp'))
    const { code, error } = await tried('crm')
    expect(code).toBe(2)
    expect(error).toContain('there is no connector "htpp"; did you mean "http"?')
  })
})
