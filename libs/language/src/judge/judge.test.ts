import { describe, expect, it } from 'vitest'
import type { CriteriaSpec } from './criteria.ts'
import { locatorMistake } from './locator.ts'
import { compileCriteria } from './read-answer.ts'
import { searchTermMistake } from './search-term.ts'

const read = (
  spec: CriteriaSpec,
  body: string,
  contentType: string | undefined = undefined,
  status = 200,
  setCookie?: string,
) => {
  const { says, reason, price, reference, appended } = compileCriteria(spec)({ status, contentType, body, setCookie })
  return {
    rule: says.rule,
    verdict: says.verdict,
    reason: reason(),
    price: price(),
    reference: reference(),
    appended: appended(),
  }
}
const json = 'application/json'

describe('criteria', () => {
  it.each<[string, CriteriaSpec, number, string, string]>([
    ['none: 2xx is success', {}, 204, '', 'success-status'],
    ['none: anything else is not', {}, 302, '', 'nothing'],
    ['codes of success', { successCodes: [200, 409] }, 409, '', 'success-status'],
    ['another code', { successCodes: [200] }, 201, '', 'nothing'],
    ['a value at a path', { success: { path: 'status', value: ['ok', 'queued'] } }, 200, '{"status":"OK"}', 'success-path'],
    ['another value', { success: { path: 'status', value: 'ok' } }, 200, '{"status":"no"}', 'not-success'],
    ['any value at a path', { success: { path: 'id' } }, 200, '{"id":0}', 'success-path'],
    ['a blank one', { success: { path: 'id' } }, 200, '{"id":" "}', 'not-success'],
    ['a path in text', { success: { path: 'id' } }, 200, 'id', 'unreadable'],
    ['a pattern in text', { success: { path: 'id=(\\d+)' } }, 200, 'ID=7', 'success-path'],
    ['a failure at a path', { failure: { path: 'e' }, success: { path: 's' } }, 200, '{"e":1,"s":1}', 'failure-path'],
    ['neither of both', { failure: { path: 'e' }, success: { path: 's' } }, 200, '{}', 'nothing'],
    [
      'a status with values',
      { successWhen: { status: [201], body: { a: { b: true } } } },
      201,
      '{"a":{"b":"true"}}',
      'success-when',
    ],
    ['other values', { successWhen: { body: { a: { b: true } } } }, 200, '{"a":{"b":0}}', 'not-success'],
    ['another status', { successWhen: { status: [201] } }, 200, '{}', 'not-success'],
    ['values in text', { successWhen: { body: { a: 1 } } }, 200, 'a', 'unreadable'],
    ['words', { search: { term: 'CREATED' } }, 200, 'lead created', 'search-found'],
    ['words at a path', { search: { term: 'ok', path: 'a.*.s' } }, 200, '{"a":[{"s":"no"},{"s":"Ok!"}],"ok":1}', 'search-found'],
    ['words elsewhere', { search: { term: 'ok', path: 's' } }, 200, '{"s":"no","ok":1}', 'search-not-found'],
    ['a pattern', { search: { term: '/^(ok|queued)$/', path: 's' } }, 200, '{"s":"QUEUED"}', 'search-found'],
    ['a broken pattern', { search: { term: '/(ok/' } }, 200, 'ok', 'search-not-found'],
    ['words in a list', { search: { term: 'b', path: 's' } }, 200, '{"s":["a","b"]}', 'search-found'],
    ['words in a page of 404', { search: { term: 'ok' } }, 404, 'ok', 'nothing'],
    ['words of refusal in 404', { search: { term: 'dupe', onMatch: 'failure' } }, 404, 'dupe', 'search-found'],
  ])('%s', (_, spec, status, body, rule) => {
    expect(read(spec, body, undefined, status).rule).toBe(rule)
  })

  it.each([
    ['success', 'success', 'failure'],
    ['failure', 'failure', 'success'],
    ['error', 'error', 'success'],
  ] as const)('that look for words of %s conclude %s when they are found, else %s', (onMatch, found, missing) => {
    const spec = { search: { term: 'x', onMatch } }
    expect([read(spec, 'x').verdict, read(spec, 'y').verdict]).toEqual([found, missing])
  })

  it('in order: the first rule that holds decides, and keeps its name', () => {
    const spec: CriteriaSpec = {
      outcomes: [
        { id: 'dupe', when: { path: 'code', equals: ['DUP', 7] }, outcome: 'failure', reason: 'Duplicate' },
        { id: 'busy', when: { status: [200], includes: 'try again' }, outcome: 'error' },
        { id: 'fine', when: { path: 'msg', includes: 'stored' }, outcome: 'success' },
      ],
    }
    const says = (body: string) => compileCriteria(spec)({ status: 200, contentType: json, setCookie: undefined, body }).says
    expect(says('{"code":7,"msg":"stored"}')).toEqual({ rule: 'outcome', id: 'dupe', verdict: 'failure', reason: 'Duplicate' })
    expect(says('{"msg":"Try again"}')).toMatchObject({ id: 'busy', verdict: 'error' })
    expect(says('{"msg":"stored fine"}')).toMatchObject({ id: 'fine', verdict: 'success' })
    expect(says('{}').rule).toBe('nothing')
  })
})

describe('a body', () => {
  const search: CriteriaSpec = { search: { term: 'stored', path: '/r/a' }, reason: ['a'] }
  it.each([
    ['text/xml', '{"a":"stored"}', 'search-found', {}],
    [json, '<r><a>stored</a></r>', 'search-found', {}],
    ['text/html', '{"a":"stored"}', 'search-found', {}],
    ['text/xml', '<r><a>stored</a></r>', 'search-found', { r: { a: 'stored' } }],
    ['text/plain', 'stored', 'search-not-found', {}],
    [undefined, '\ufeff<r><a>stored</a></r>', 'search-found', { r: { a: 'stored' } }],
    ['text/xml', '<!DOCTYPE r [<!ENTITY a "stored">]><r><a>&a;</a></r>', 'search-found', {}],
  ])('labelled %s: %s', (contentType, body, rule, appended) => {
    expect(read(search, body, contentType)).toMatchObject({ rule, appended })
  })

  it('is what the step says it is', () => {
    const spec = { contentType: json, reason: ['msg'] }
    expect(read(spec, '{"msg":"closed"}', 'text/html')).toMatchObject({ reason: 'closed', appended: { msg: 'closed' } })
  })

  it('of delimited text is read by numbers', () => {
    const spec = { delimiter: '|', success: { path: '0', value: 'success' }, reference: '3', capture: { score: '1', none: '9' } }
    expect(read(spec, 'SUCCESS|85|VALID|ABC123\n', 'text/plain')).toMatchObject({
      rule: 'success-path',
      reference: 'ABC123',
      appended: { score: '85' },
    })
  })

  it('of HTML is read by selectors and patterns', () => {
    const spec = { reason: ['li.err'], reference: '#msg @data-id', capture: { n: '/n=(\\d+)/', bad: '/n=(\\d+/' } }
    const page = '<html><body><div id="msg" data-id="7">n=4711</div><li class="err">zip<li class="err"> age </body></html>'
    expect(read(spec, page, 'text/html')).toMatchObject({ reason: 'age, zip', reference: '7', appended: { n: '4711' } })
  })

  it('of XML is read by XPath and by dots, prefixes ignored', () => {
    const spec = { reason: ['//f:msg'], reference: 'Reply.@id', price: 'Reply.offer.price', capture: { all: '//n' } }
    const body =
      '<s:Reply xmlns:s="x" id="9"><msg><![CDATA[Closed & full]]></msg><offer><price>$6.5</price></offer><n>1</n><n>2</n></s:Reply>'
    const { appended, ...rest } = read(spec, body, 'text/xml')
    expect(rest).toMatchObject({ reason: 'Closed & full', reference: '9', price: 6.5 })
    expect(appended).toMatchObject({ Reply: { id: '9', n: ['1', '2'] }, all: ['1', '2'] })
  })

  it('of a list is appended under array, and of a bare word not at all', () => {
    expect(read({}, '[{"id":1}]', json).appended).toEqual({ array: [{ id: 1 }] })
    expect(read({}, '"word"', json).appended).toEqual({})
    expect(read({ append: 'captures', capture: { id: 'id' } }, '{"id":1,"x":2}', json).appended).toEqual({ id: 1 })
  })
})

describe('what an answer tells', () => {
  it('is a reason: trimmed, blanks left out, sorted, joined', () => {
    const spec = { reason: ['why', 'more'] }
    expect(read(spec, '{"why":" zip  not\\nserved ","more":["", "age", "age"]}').reason).toBe('age, zip not served')
    expect(read(spec, '{"why":"  "}').reason).toBeUndefined()
  })

  it('is a price, or the fallback', () => {
    const spec = { price: 'p', fallbackPrice: 7.25 }
    const prices = ['18.5', '"$1,018.50"', '"free"', 'null', '0', '"1e400"', '{}'].map((p) => read(spec, `{"p":${p}}`).price)
    expect(prices).toEqual([18.5, 1018.5, 7.25, 7.25, 0, 7.25, 7.25])
    expect(read({ price: 'p' }, '{}').price).toBeNull()
  })

  it('is a cookie, as it was set, or what a pattern catches of it', () => {
    const header = 'a=1; expires=Wed, 01 Jan 2025 00:00:00 GMT; path=/, sid=5; secure'
    const cookieBy = (cookie: string) => read({ cookie }, '', undefined, 200, header).appended
    expect(cookieBy('SID')).toEqual({ cookie: 'sid=5; secure' })
    expect(cookieBy('sid=([^;]+)')).toEqual({ cookie: '5' })
    expect(cookieBy('token')).toEqual({})
    expect(read({ cookie: 'sid' }, '').appended).toEqual({})
  })

  it('of an error is parsed when it is no success, and gives the reason', () => {
    const spec: CriteriaSpec = {
      success: { path: 'ok' },
      errorParser: { error_code: 'error.code', error_message: 'error.message' },
    }
    const refused = read(spec, '{"ok":false,"error":{"code":"INVALID_PHONE","message":"bad phone"}}')
    expect(refused).toMatchObject({ reason: 'bad phone', appended: { error_code: 'INVALID_PHONE', error_message: 'bad phone' } })
    expect(read(spec, '{"ok":true,"error":{"code":"X"}}').appended).not.toHaveProperty('error_code')
  })
})

describe('a generic answer', () => {
  it('concludes for itself', () => {
    const answer = read({ generic: {} }, '{"outcome":"Failure","reason":"dupe","lead":{"id":"7"},"price":"2"}', json)
    expect(answer).toMatchObject({ rule: 'answer-outcome', verdict: 'failure', reason: 'dupe', price: 2 })
    expect(answer.appended).toMatchObject({ lead: { id: '7' } })
    expect(read({ generic: {} }, '<result><outcome>success</outcome><id>7</id></result>', 'text/xml')).toMatchObject({
      verdict: 'success',
      appended: { id: '7' },
    })
  })

  it('that says nothing has the default outcome, or is an error', () => {
    expect(read({ generic: { defaultOutcome: 'success' } }, '{"id":7}', json)).toMatchObject({ verdict: 'success' })
    expect(read({ generic: {} }, '{"outcome":"maybe"}', json)).toMatchObject({ rule: 'default-outcome', verdict: 'error' })
    expect(read({ generic: {} }, '{"outcome":"success"}')).toMatchObject({ rule: 'unlabelled', verdict: 'error' })
  })
})

describe('hostile answers', () => {
  const spec: CriteriaSpec = {
    search: { term: '/(a+)+$/', path: '*' },
    reason: ['$.a..b', '//a[//b]', 'div > p', '(x+x+)+y'],
    price: 'foo.1984.id',
    capture: { all: '//*', css: 'div div div', proto: '__proto__.x' },
  }
  it.each([
    ['100,000-deep JSON', '['.repeat(100_000) + ']'.repeat(100_000), json],
    ['100,000-deep objects', '{"a":'.repeat(100_000), json],
    ['100,000-deep XML', '<a>'.repeat(100_000), 'text/xml'],
    ['100,000-deep HTML', '<div>'.repeat(100_000), 'text/html'],
    ['an entity bomb', '<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;">]><a>&y;</a>', 'text/xml'],
    ['half a character', '{"a":"\ud800"}', json],
    ['many a', `${'a'.repeat(50_000)}!`, 'text/plain'],
    ['many x', `${'x'.repeat(50_000)}`, 'text/plain'],
  ])(
    '%s: nothing is thrown, and it ends',
    (_, body, contentType) => {
      expect(read(spec, body, contentType)).toMatchObject({ price: null, reference: null })
    },
    60_000,
  )

  it('keep digits beyond 2^53, take the last of two keys, and touch no prototype', () => {
    const { appended } = read({}, '{"id":9007199254740993,"a":1,"a":2,"__proto__":{"x":1}}', json)
    expect(JSON.stringify(appended)).toBe('{"id":9007199254740993,"a":2,"__proto__":{"x":1}}')
    expect(read({ price: 'foo.1984.id' }, '{"foo":{"1984":{"id":5}}}').price).toBe(5)
    expect(read({ reference: 'constructor.name' }, '{}').reference).toBeNull()
  })
})

describe('a path', () => {
  it.each(['status', 'a.b[0].*', '//a/@b', 'li.err @id', 'id=(\\d+)', '/id=(\\d+)/', '0', '["a.b"]'])('can be %s', (path) => {
    expect(locatorMistake(path)).toBeUndefined()
  })

  it.each([
    ['/id=(\\d+/', 'cannot be read'],
    ['a..b', 'a name is missing'],
    ['a{b', 'is not a name'],
    ['(a)\\1', 'refers back'],
  ])('cannot be %s, and the mistake is told', (path, message) => {
    expect(locatorMistake(path)).toContain(message)
  })

  it('of a search is checked the same way', () => {
    expect(searchTermMistake('/a(?=b)/')).toContain('looks ahead')
    expect(searchTermMistake('(')).toBeUndefined()
  })
})
