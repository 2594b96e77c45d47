// biome-ignore-all lint/suspicious/noTemplateCurlyInString: flow files write their variables so
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ConnectorTools, defaultCallLimits } from '@leadline/connectors'
import { LeadlineError } from '@leadline/domain'
import type { CallLimits, HttpRequest } from '@leadline/http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Environment, type Flow, loadFlows } from './index.ts'

let directory: string
let calls: { request: HttpRequest; limits: CallLimits }[]

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'flows-'))
  calls = []
})
afterEach(() => rm(directory, { recursive: true }))

const tools: ConnectorTools = {
  http: {
    call: async (request, limits) => {
      calls.push({ request, limits })
      const body = Buffer.from(`{"echo":"${request.headers['X-Key'] ?? ''}"}`)
      return {
        type: 'answered',
        response: { status: 200, headers: {}, body },
        timings: { connectMs: 1, firstByteMs: 1, totalMs: 1 },
      }
    },
    [Symbol.asyncDispose]: async () => {},
  },
  limits: defaultCallLimits,
  redact: (text) => text,
}

const write = (name: string, text: string) => writeFile(join(directory, name), text)
const load = (env: Environment = {}) => loadFlows(directory, { env, tools })

async function loadOne(text: string, env: Environment = {}): Promise<Flow> {
  await write('one.yaml', text)
  const flow = (await load(env)).byName.values().next().value
  if (flow === undefined) throw new Error('no flow was loaded')
  return flow
}

/** The lines of the error, without the directory. */
async function mistakes(env: Environment = {}): Promise<string[]> {
  const error = await load(env).then(
    () => new Error('the flows were loaded'),
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(LeadlineError)
  expect(error).toMatchObject({ code: 'CONFIGURATION' })
  const lines = error instanceof Error ? error.message.split('\n').slice(1) : []
  return lines.map((line) => line.trim().replaceAll(`${directory}/`, ''))
}

const minimal = (step: string, head = '') => `flow: one
sources:
  web: { auth: { apiKey: k } }
${head}steps:
  - name: send
${step
  .split('\n')
  .map((line) => `    ${line}`)
  .join('\n')}
`
const http = 'uses: http\nwith: { url: "https://crm.example/x" }'

describe('a flow file', () => {
  it('becomes a flow with defaults', async () => {
    const flow = await loadOne(minimal(http))
    expect(flow).toMatchObject({ name: 'one', title: 'one', dedupe: null, version: expect.stringMatching(/^[0-9a-f]{12}$/) })
    expect(flow.sources.get('web')).toEqual({ name: 'web', title: 'web', auth: { type: 'api-key', keys: ['k'] } })
    expect(flow.steps[0]).toMatchObject({
      name: 'send',
      connector: 'http',
      role: 'decides',
      pool: 'default',
      append: 'send',
      onError: 'stop',
      onFailure: 'continue',
      retry: { maxAttempts: 6, baseDelayMs: 1_000 },
    })
  })

  it('says everything that can be said', async () => {
    const flow = await loadOne(`
flow: full
title: Full
sources:
  a: { title: A, auth: { apiKeys: [k1, k2] } }
  b: { auth: { basic: { username: u, password: p } } }
  c: { auth: none }
dedupe: { fields: [email, phone.0], window: 30d }
steps:
  - name: first
    uses: http
    append: one
    pool: slow
    retry: { attempts: 3, delay: 500ms, factor: 3, max: 10s, jitter: 0 }
    onError: continue
    onFailure: stop
    timeouts: { connect: 1s, firstByte: 2s, total: 3s }
    with: { url: "https://crm.example/x" }
  - name: gate
    uses: filter
    retry: none
    with: { path: appended.one.ok, is: equal, value: true }
`)
    expect(flow.dedupe).toEqual({ fields: ['email', 'phone.0'], windowMs: 30 * 86_400_000 })
    expect([...flow.sources.values()].map(({ auth }) => auth)).toEqual([
      { type: 'api-key', keys: ['k1', 'k2'] },
      { type: 'basic', username: 'u', password: 'p' },
      { type: 'none' },
    ])
    expect(flow.steps[0]).toMatchObject({
      append: 'one',
      pool: 'slow',
      onError: 'continue',
      onFailure: 'stop',
      retry: { maxAttempts: 3, baseDelayMs: 500, factor: 3, maxDelayMs: 10_000, jitter: 0 },
    })
    expect(flow.steps[1]).toMatchObject({ name: 'gate', role: 'gates', append: 'gate', retry: { maxAttempts: 1 } })
    expect((await load()).pools).toEqual(['default', 'slow'])
  })

  it('gives a step its timeouts, which grow with the attempts', async () => {
    const flow = await loadOne(minimal(`${http}\ntimeouts: { connect: 1s, total: 4s }`))
    await run(flow, 1)
    await run(flow, 2)
    expect(calls.map(({ limits }) => [limits.connectMs, limits.firstByteMs, limits.totalMs])).toEqual([
      [1_000, 30_000, 4_000],
      [1_500, 45_000, 6_000],
    ])
  })

  it('has a version of its values, not of its layout, its comments or its environment', async () => {
    const plain = await loadOne(minimal('uses: http\nwith: { url: "https://crm.example/${PATH_PART}", method: PUT }'), {
      PATH_PART: 'a',
    })
    const rewritten = await loadOne(
      minimal('# note\nwith:\n  method: PUT\n  url: https://crm.example/${PATH_PART}\nuses: http'),
      { PATH_PART: 'b' },
    )
    const changed = await loadOne(minimal('uses: http\nwith: { url: "https://crm.example/${PATH_PART}", method: POST }'), {
      PATH_PART: 'a',
    })
    expect(rewritten.version).toBe(plain.version)
    expect(changed.version).not.toBe(plain.version)
  })
})

describe('the environment', () => {
  it('is put in at load, and what it gave is secret everywhere', async () => {
    await write('one.yaml', minimal('uses: http\nwith: { url: "https://crm.example/x", headers: { X-Key: "${CRM_KEY}" } }'))
    const flows = await load({ CRM_KEY: 'very-secret-key' })
    expect(flows.secrets).toEqual(['very-secret-key', 'k'])
    const flow = flows.byName.get('one')
    const verdict = flow === undefined ? undefined : await run(flow, 1)
    expect(calls[0]?.request.headers['X-Key']).toBe('very-secret-key')
    expect(JSON.stringify(verdict)).not.toContain('very-secret-key')
    expect(verdict).toMatchObject({ conclusion: { appended: { echo: '***' } } })
  })

  it('may give the address of a destination, which is no secret', async () => {
    await write('one.yaml', minimal('uses: http\nwith: { url: "${PARTNER_URL}/x" }'))
    expect((await load({ PARTNER_URL: 'http://127.0.0.1:9000' })).secrets).toEqual(['k'])
    expect((await load({ PARTNER_URL: 'https://hooks.example/T0/secret' })).secrets).toContain('https://hooks.example/T0/secret')
  })

  it('that is missing or malformed is a mistake, named once', async () => {
    await write('one.yaml', minimal('uses: http\nwith:\n  url: ${CRM_URL}/x\n  headers: { X-A: "${1}", X-B: "$${kept}" }'))
    expect(await mistakes()).toEqual([
      'one.yaml:8: steps.0.with.url: environment variable CRM_URL is not set',
      'one.yaml:9: steps.0.with.headers.X-A: "${1}" is not ${NAME}',
    ])
  })
})

describe('mistakes', () => {
  it('are all named at once, with file, line and field', async () => {
    await write(
      'a.yaml',
      `flow: Demo
titel: x
sources:
  web: { auth: { apikey: k } }
steps:
  - name: send
    uses: htpp
    retry: blib
    timeouts: { connect: 5 }
  - name: send2
    uses: http
    onErorr: stop
    with:
      url: "https://{{lead.host}}/x"
      body: { json: { a: "{{laed.b}}" }, form: {} }
      headers: { Host: x }
`,
    )
    await write('b.yaml', 'flow: b\n  bad indent: [\n')
    const found = await mistakes()
    expect(found.filter((line) => line.startsWith('a.yaml'))).toEqual([
      expect.stringMatching(/^a\.yaml:1: flow: must be lower-case/),
      expect.stringMatching(/^a\.yaml:2: titel: unknown key "titel"; did you mean "title"\?/),
      expect.stringMatching(/^a\.yaml:4: sources\.web\.auth\.apikey: unknown key "apikey"; did you mean "apiKey"\?/),
      expect.stringMatching(/^a\.yaml:4: sources\.web\.auth: needs exactly one of apiKey, apiKeys, basic/),
      expect.stringMatching(/^a\.yaml:7: steps\.0\.uses: there is no connector "htpp"; did you mean "http"\?/),
      expect.stringMatching(/^a\.yaml:8: steps\.0\.retry: /),
      expect.stringMatching(/^a\.yaml:9: steps\.0\.timeouts\.connect: /),
      expect.stringMatching(/^a\.yaml:12: steps\.1\.onErorr: unknown key "onErorr"; did you mean "onError"\?/),
      expect.stringMatching(/^a\.yaml:14: steps\.1\.with\.url: the host of a URL cannot come from a lead/),
      expect.stringMatching(/^a\.yaml:15: steps\.1\.with\.body\.json\.a: "laed" cannot be read here; did you mean "lead"\?/),
      expect.stringMatching(/^a\.yaml:15: steps\.1\.with\.body: needs exactly one of json, form, xml, raw/),
      expect.stringMatching(/^a\.yaml:16: steps\.1\.with\.headers\.Host: is set by Leadline/),
    ])
    expect(found.some((line) => /^b\.yaml:\d+: /.test(line))).toBe(true)
  })

  it.each<[string, string, RegExp]>([
    [
      'two steps of one name',
      minimal(`${http}\n`).concat('  - name: send\n    uses: http\n    with: { url: "https://crm.example/x" }\n'),
      /:8: steps\.1\.name: a step named "send" is there already|:9: steps\.1\.name: a step named "send" is there already/,
    ],
    ['no steps', 'flow: one\nsources: { web: { auth: none } }\nsteps: []\n', /:3: steps: /],
    ['no sources', 'flow: one\nsources: {}\nsteps: []\n', /:2: sources: needs at least one source/],
    ['nothing at all', '', /:1: /],
    ['a list instead of a flow', '- a\n', /:1: /],
    [
      'two kinds of credentials',
      minimal(http).replace('apiKey: k', 'apiKey: k, basic: { username: u, password: p }'),
      /:3: sources\.web\.auth: needs exactly one/,
    ],
    [
      'a duration without a unit',
      minimal(http, 'dedupe: { fields: [email], window: "30" }\n'),
      /:4: dedupe\.window: "30" is not a duration/,
    ],
    [
      'a retry policy of its own with a mistake',
      minimal(`${http}\nretry: { attempts: 0, delay: 1s }`),
      /:8: steps\.0\.retry\.attempts: /,
    ],
    [
      'a filter without a value',
      minimal('uses: filter\nwith: { path: lead.a, is: equal }'),
      /:7: steps\.0\.with: "equal" needs a value/,
    ],
    [
      'a GET with a body',
      minimal('uses: http\nwith: { method: GET, url: "https://crm.example/x", body: { raw: x, contentType: text/plain } }'),
      /:7: steps\.0\.with\.body: a GET request has no body/,
    ],
    ['a key written twice', 'flow: one\nflow: two\n', /:2: .*unique/],
    [
      'an alias bomb',
      `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n`,
      /alias/,
    ],
  ])('%s', async (_name, text, expected) => {
    await write('one.yaml', text)
    expect((await mistakes()).join('\n')).toMatch(expected)
  })

  it('of a template name its place in the text', async () => {
    await write(
      'one.yaml',
      minimal('uses: http\nwith:\n  url: https://crm.example/x\n  body:\n    xml: |\n      <a>\n        {{lead.b</a>'),
    )
    expect(await mistakes()).toEqual(['one.yaml:10: steps.0.with.body.xml: "{{" without its "}}" (line 2, column 3)'])
  })

  it('of one name for two flows name both files', async () => {
    await write('a.yaml', minimal(http))
    await write('b.yaml', minimal(http))
    expect(await mistakes()).toEqual([`b.yaml:1: flow: the flow "one" is in a.yaml already`])
  })

  it('never show a value of the environment', async () => {
    await write('one.yaml', minimal('uses: http\nwith: { url: "${SECRET_VALUE}" }'))
    expect((await mistakes({ SECRET_VALUE: 'https://{{very-secret-thing}}/' })).join()).not.toContain('very-secret-thing')
  })

  it('are a directory that is not there, or empty', async () => {
    await expect(loadFlows(join(directory, 'nope'), { env: {}, tools })).rejects.toMatchObject({ code: 'CONFIGURATION' })
    await expect(load()).rejects.toMatchObject({ code: 'CONFIGURATION', message: expect.stringContaining('no *.yaml file') })
  })
})

function run(flow: Flow, attempt: number) {
  return flow.steps[0]?.action.run({
    view: { lead: {}, appended: {}, source: {}, flow: {} },
    idempotencyKey: 'key',
    traceparent: null,
    attempt,
    now: () => 0,
    signal: new AbortController().signal,
  })
}
