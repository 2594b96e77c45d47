import type { Json, JsonObject } from '@leadline/domain'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileTemplate, SyntaxMistake, UnfitValue, type View } from './index.ts'
import { anyText } from './template/any-text.ts'

const exactId = (JSON as unknown as { rawJSON(text: string): Json }).rawJSON('9007199254740993')

function viewOf(lead: JsonObject): View {
  return { lead, appended: { check: { list: ['first'] } }, source: { name: 'web' }, flow: { name: 'demo' } }
}

describe('a template', () => {
  it('writes values between its text, and nothing for what is not there', () => {
    const template = compileTemplate(
      '[{{lead.name}}|{{ lead.nope.deeper }}|{{source.name}}|{{flow.name}}|{{appended.check.list.0}}]',
      'text',
    )
    expect(template.text(viewOf({ name: 'Zoë' }))).toBe('[Zoë||web|demo|first]')
  })

  it('keeps the type of a value when it is exactly one expression', () => {
    const template = compileTemplate('{{lead.tags}}', 'text')
    expect(template.value(viewOf({ tags: ['a', 'b'] }))).toEqual(['a', 'b'])
    expect(template.value(viewOf({}))).toBeUndefined()
    expect(compileTemplate('Age: {{lead.age}}', 'text').value(viewOf({ age: 41 }))).toBe('Age: 41')
  })

  it('keeps digits beyond 2^53', () => {
    expect(compileTemplate('id={{lead.id}}', 'text').text(viewOf({ id: exactId }))).toBe('id=9007199254740993')
    expect(compileTemplate('{"id": {{lead.id}}}', 'json').text(viewOf({ id: exactId }))).toBe('{"id": 9007199254740993}')
  })

  it('never expands a value again', () => {
    expect(compileTemplate('{{lead.note}}', 'text').text(viewOf({ note: '{{flow.name}}' }))).toBe('{{flow.name}}')
  })

  it('reads own properties only', () => {
    for (const path of ['lead.constructor', 'lead.__proto__.polluted', 'lead.toString', 'lead.tags.map']) {
      expect(compileTemplate(`{{${path}}}`, 'text').text(viewOf({ tags: ['a'] }))).toBe('')
    }
  })

  it.each([
    ['Hi\n{{lead.a', 2, 1, /without its/],
    ['{{}}', 1, 3, /empty/],
    ['x {{lead..a}}', 1, 10, /name is missing/],
    ["{{lead.constructor.constructor('return process')}}", 1, 20, /no method "constructor"/],
    ['ab\n  {{ laed.email }}', 2, 6, /did you mean "lead"/],
    ['{{secrets.key}}', 1, 3, /cannot be read here/],
  ])('names the place of the mistake in %j', (text, line, column, message) => {
    expect(() => compileTemplate(text, 'text')).toThrowError(
      expect.objectContaining({ line, column, message: expect.stringMatching(message) }),
    )
    expect(() => compileTemplate(text, 'text')).toThrow(SyntaxMistake)
  })
})

describe('a value in a JSON text', () => {
  it('is a JSON value outside quotes and escaped text inside', () => {
    const template = compileTemplate('{"n": {{lead.n}}, "t": "a \\" {{lead.t}}", "u": {{lead.u}}}', 'json')
    expect(JSON.parse(template.text(viewOf({ n: { x: [1] }, t: 'q"\\\n' })))).toEqual({ n: { x: [1] }, t: 'a " q"\\\n', u: null })
  })

  it('comes back unchanged, whatever it is', () => {
    const template = compileTemplate('{"in": "{{lead.v}}", "as": {{lead.v}}}', 'json')
    fc.assert(
      fc.property(anyText, (v) => {
        expect(JSON.parse(template.text(viewOf({ v })))).toEqual({ in: v, as: v })
      }),
      { seed: 1 },
    )
  })
})

describe('a value in a URL', () => {
  const template = compileTemplate('https://crm.example/leads/{{lead.id}}/notes?q={{lead.q}}', 'url')

  it('stays one path segment or one parameter', () => {
    expect(template.text(viewOf({ id: 'a/b?c=d#e', q: 'x&y=é +' }))).toBe(
      'https://crm.example/leads/a%2Fb%3Fc%3Dd%23e/notes?q=x%26y%3D%C3%A9%20%2B',
    )
  })

  it('cannot leave its place, whatever it is', () => {
    fc.assert(
      fc.property(anyText, anyText, (id, q) => {
        fc.pre(id !== '.' && id !== '..')
        const url = new URL(template.text(viewOf({ id, q })))
        expect(url.pathname.split('/')).toHaveLength(4)
        expect(decodeURIComponent(url.pathname.split('/')[2] ?? '')).toBe(id.toWellFormed())
        expect([...url.searchParams]).toEqual([['q', q.toWellFormed()]])
      }),
      { seed: 1 },
    )
  })

  it('made only of dots is refused in the path', () => {
    expect(() => template.text(viewOf({ id: '..' }))).toThrow(UnfitValue)
  })

  it('cannot choose the host', () => {
    expect(() => compileTemplate('https://{{lead.host}}/x', 'url')).toThrow(/host of a URL cannot come from a lead/)
    expect(() => compileTemplate('https://api.{{lead.host}}/x', 'url')).toThrow(/host/)
    expect(() => compileTemplate('{{lead.url}}', 'url')).toThrow(/host/)
  })
})

describe('a value in XML', () => {
  it('is text, in elements, attributes and CDATA', () => {
    const template = compileTemplate('<a b="{{lead.v}}">{{lead.v}}<![CDATA[{{lead.v}}]]>{{lead.v}}</a>', 'xml')
    const escaped = '&lt;x y=&quot;1&quot;&gt; &amp; ]]&gt;'
    expect(template.text(viewOf({ v: '<x y="1"> & ]]>' }))).toBe(
      `<a b="${escaped}">${escaped}<![CDATA[]]>&lt;x y="1"&gt; &amp; ]]&gt;<![CDATA[]]>${escaped}</a>`,
    )
  })

  it('loses the characters that XML cannot hold', () => {
    expect(compileTemplate('<a>{{lead.v}}</a>', 'xml').text(viewOf({ v: 'a\u0000b\ufffe' }))).toBe('<a>ab</a>')
  })
})

describe('a value in a header', () => {
  const template = compileTemplate('lead {{lead.v}}', 'header')

  it('is refused when it would break the header, naming the expression', () => {
    for (const v of ['a\r\nX-Admin: 1', 'a\u0000', 'naïve']) expect(() => template.text(viewOf({ v }))).toThrow(/lead\.v/)
  })

  it('is written as it is otherwise', () => {
    expect(template.text(viewOf({ v: 'a\tb~' }))).toBe('lead a\tb~')
  })
})

describe('a value in a form', () => {
  it('comes back unchanged, whatever it is', () => {
    const template = compileTemplate('v={{lead.v}}&w=1', 'form')
    fc.assert(
      fc.property(anyText, (v) => {
        expect([...new URLSearchParams(template.text(viewOf({ v })))]).toEqual([
          ['v', v.toWellFormed()],
          ['w', '1'],
        ])
      }),
      { seed: 1 },
    )
  })
})
