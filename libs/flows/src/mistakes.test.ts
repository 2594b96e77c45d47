// biome-ignore-all lint/suspicious/noTemplateCurlyInString: flow files write their variables so
import { join } from 'node:path'
import { LeadlineError } from '@leadline/domain'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FlowScenario, flowWith, httpStep, openFlowScenario } from './flow-scenario.ts'
import { type Environment, loadFlows } from './index.ts'

let scenario: FlowScenario
beforeEach(async () => {
  scenario = await openFlowScenario()
})
afterEach(() => scenario.close())

/** The lines of the error, without the directory. */
async function mistakes(env: Environment = {}): Promise<string[]> {
  const error = await scenario.load(env).then(
    () => new Error('the flows were loaded'),
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(LeadlineError)
  expect(error).toMatchObject({ code: 'CONFIGURATION' })
  const lines = error instanceof Error ? error.message.split('\n').slice(1) : []
  return lines.map((line) => line.trim().replaceAll(`${scenario.directory}/`, ''))
}

describe('mistakes', () => {
  it('are all named at once, with file, line and field', async () => {
    await scenario.write(
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
    await scenario.write('b.yaml', 'flow: b\n  bad indent: [\n')
    const found = await mistakes()
    expect(found.filter((line) => line.startsWith('a.yaml'))).toEqual([
      expect.stringMatching(/^a\.yaml:1: flow: must be lower-case/),
      expect.stringMatching(/^a\.yaml:2: titel: unknown key "titel"; did you mean "title"\?/),
      expect.stringMatching(/^a\.yaml:4: sources\.web\.auth: needs exactly one of apiKey, apiKeys, basic/),
      expect.stringMatching(/^a\.yaml:4: sources\.web\.auth\.apikey: unknown key "apikey"; did you mean "apiKey"\?/),
      expect.stringMatching(/^a\.yaml:7: steps\.0\.uses: there is no connector "htpp"; did you mean "http"\?/),
      expect.stringMatching(/^a\.yaml:8: steps\.0\.retry: "blib" is not allowed here; did you mean "blip"\?/),
      expect.stringMatching(/^a\.yaml:9: steps\.0\.timeouts\.connect: /),
      expect.stringMatching(/^a\.yaml:12: steps\.1\.onErorr: unknown key "onErorr"; did you mean "onError"\?/),
      expect.stringMatching(/^a\.yaml:14: steps\.1\.with\.url: the host of a URL cannot come from a lead/),
      expect.stringMatching(/^a\.yaml:15: steps\.1\.with\.body: needs exactly one of json, form, xml, /),
      expect.stringMatching(/^a\.yaml:15: steps\.1\.with\.body\.json\.a: "laed" cannot be read here; did you mean "lead"\?$/),
      expect.stringMatching(/^a\.yaml:16: steps\.1\.with\.headers\.Host: Host header is not allowed/),
    ])
    expect(found.some((line) => /^b\.yaml:\d+: /.test(line))).toBe(true)
  })

  it.each<[string, string, RegExp]>([
    [
      'two steps of one name',
      flowWith(`${httpStep}\n`).concat('  - name: send\n    uses: http\n    with: { url: "https://crm.example/x" }\n'),
      /:8: steps\.1\.name: a step named "send" is there already|:9: steps\.1\.name: a step named "send" is there already/,
    ],
    ['no steps', 'flow: one\nsources: { web: { auth: none } }\nsteps: []\n', /:3: steps: /],
    ['no sources', 'flow: one\nsources: {}\nsteps: []\n', /:2: sources: needs at least one source/],
    ['nothing at all', '', /:1: /],
    ['a list instead of a flow', '- a\n', /:1: /],
    [
      'two kinds of credentials',
      flowWith(httpStep).replace('apiKey: k', 'apiKey: k, basic: { username: u, password: p }'),
      /:3: sources\.web\.auth: needs exactly one/,
    ],
    [
      'a duration without a unit',
      flowWith(httpStep, 'dedupe: { fields: [email], window: "30" }\n'),
      /:4: dedupe\.window: "30" is not a duration/,
    ],
    [
      'a retry policy of its own with a mistake',
      flowWith(`${httpStep}\nretry: { attempts: 0, delay: 1s }`),
      /:8: steps\.0\.retry\.attempts: /,
    ],
    [
      'a filter without a value',
      flowWith('uses: filter\nwith: { path: lead.a, is: equal }'),
      /:7: steps\.0\.with: "equal" needs a value/,
    ],
    [
      'a GET with a body',
      flowWith('uses: http\nwith: { method: GET, url: "https://crm.example/x", body: { raw: x, contentType: text/plain } }'),
      /:7: steps\.0\.with\.method: Unsupported HTTP method - use POST/,
    ],
    ['a key written twice', 'flow: one\nflow: two\n', /:2: .*unique/],
    [
      'an alias bomb',
      `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n`,
      /alias/,
    ],
  ])('%s', async (_name, text, expected) => {
    await scenario.write('one.yaml', text)
    expect((await mistakes()).join('\n')).toMatch(expected)
  })

  it('of a template name its place in the text', async () => {
    await scenario.write(
      'one.yaml',
      flowWith('uses: http\nwith:\n  url: https://crm.example/x\n  body:\n    xml: |\n      <a>\n        {{lead.b</a>'),
    )
    expect(await mistakes()).toEqual(['one.yaml:12: steps.0.with.body.xml: "{{" without its "}}"'])
  })

  it('of the YAML itself are told once, however much they make unreadable', async () => {
    await scenario.write('one.yaml', flowWith("uses: http\nwith:\n  url: x{{a ? 'b' : 'c'}}/d\n  body: { json: { a: 1 } }"))
    expect(await mistakes()).toEqual(['one.yaml:8: Nested mappings are not allowed in compact mappings'])
  })

  it('of one name for two flows name both files', async () => {
    await scenario.write('a.yaml', flowWith(httpStep))
    await scenario.write('b.yaml', flowWith(httpStep))
    expect(await mistakes()).toEqual([`b.yaml:1: flow: the flow "one" is in a.yaml already`])
  })

  it('never show a value of the environment', async () => {
    await scenario.write('one.yaml', flowWith('uses: http\nwith: { url: "${SECRET_VALUE}" }'))
    expect((await mistakes({ SECRET_VALUE: 'https://{{very-secret-thing}}/' })).join()).not.toContain('very-secret-thing')
  })

  it('are a directory that is not there, or empty', async () => {
    await expect(loadFlows(join(scenario.directory, 'nope'), { env: {}, tools: scenario.tools })).rejects.toMatchObject({
      code: 'CONFIGURATION',
    })
    await expect(scenario.load()).rejects.toMatchObject({
      code: 'CONFIGURATION',
      message: expect.stringContaining('no *.yaml file'),
    })
  })

  it('of the environment are a variable that is missing or malformed, named once', async () => {
    await scenario.write(
      'one.yaml',
      flowWith('uses: http\nwith:\n  url: ${CRM_URL}/x\n  headers: { X-A: "${1}", X-B: "$${kept}" }'),
    )
    expect(await mistakes()).toEqual([
      'one.yaml:8: steps.0.with.url: environment variable CRM_URL is not set',
      'one.yaml:9: steps.0.with.headers.X-A: "${1}" is not ${NAME}',
    ])
  })
})
