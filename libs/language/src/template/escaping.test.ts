import { defaultLimits, parseXmlTree } from '@leadline/formats'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileTemplate } from '../template.ts'
import { anyText } from './any-text.ts'
import { viewWith } from './sample-view.ts'

const runs = { seed: 7, numRuns: 200 }
// What XML cannot carry is dropped, and line ends become references.
const carried = (text: string) => text.toWellFormed().replace(/[^\t\n\r\u0020-\ufffd\u{10000}-\u{10ffff}]/gu, '')

describe('what a template inserts, wherever and however often, reads back as the same value', () => {
  it('in JSON, in the turns of a loop', () => {
    const template = compileTemplate(
      '[{{#each lead.all}}{"t": "<{{this}}>", "v": {{this}}}{{#unless @last}},{{/unless}}{{/each}}]',
      'json',
    )
    fc.assert(
      fc.property(
        fc.array(fc.oneof(anyText, fc.integer(), fc.boolean(), fc.constant(null)), { minLength: 1, maxLength: 4 }),
        (all) => {
          const text = (value: unknown) => (value === null ? '' : String(value))
          expect(JSON.parse(template.text(viewWith({ all })))).toEqual(all.map((v) => ({ t: `<${text(v)}>`, v })))
        },
      ),
      runs,
    )
  })

  it('in XML text, attributes and CDATA', () => {
    const template = compileTemplate(
      '<a b="{{lead.v}}" c=\'{{lead.v}}\'><t>{{lead.v}}</t><d><![CDATA[{{lead.v}}]]></d></a>',
      'xml',
    )
    fc.assert(
      fc.property(anyText, (v) => {
        const { attributes, elements } = parseXmlTree(template.text(viewWith({ v })), defaultLimits)
        const texts = elements.map((element) => element.texts.join(''))
        expect(attributes.map(([, value]) => value)).toEqual([carried(v), carried(v)])
        expect(texts[0]).toBe(carried(v))
        expect(texts[1]?.replaceAll('\r', '\n')).toBe(carried(v).replaceAll(/\r\n?/g, '\n'))
      }),
      runs,
    )
  })

  it('in a URL, as a segment and as a parameter', () => {
    const template = compileTemplate("https://crm.example/{{lead.a}}/x?q={{lead.b || ''}}&r=1#{{lead.b}}", 'url')
    fc.assert(
      fc.property(anyText, anyText, (a, b) => {
        fc.pre(!/^\.{0,2}$/.test(a))
        const url = new URL(template.text(viewWith({ a, b })))
        expect(url.host).toBe('crm.example')
        expect(url.pathname.split('/').map(decodeURIComponent)).toEqual(['', a.toWellFormed(), 'x'])
        expect([...url.searchParams]).toEqual([
          ['q', b.toWellFormed()],
          ['r', '1'],
        ])
      }),
      runs,
    )
  })

  it('in a CSV line, in quotes and outside of them', () => {
    const template = compileTemplate('{{lead.v}},"{{lead.v}}"', 'csv')
    fc.assert(
      fc.property(anyText, (v) => {
        expect(readCsvLine(template.text(viewWith({ v })))).toEqual([v, v])
      }),
      runs,
    )
  })

  it('in a CSV cell of quotes with more around it, and in the cells that a loop makes', () => {
    const shared = compileTemplate('"{{lead.v}} {{lead.v}}x",a "quote",{{lead.v}}', 'csv')
    const joined = compileTemplate('{{#each lead.all}}{{this}}{{#unless @last}},{{/unless}}{{/each}}', 'csv')
    const quoted = compileTemplate('{{#each lead.all}}{{#unless @first}},{{/unless}}"{{this}}"{{/each}}', 'csv')
    fc.assert(
      fc.property(anyText, (v) => {
        const all = [v, 'x', v]
        expect(readCsvLine(shared.text(viewWith({ v })))).toEqual([`${v} ${v}x`, 'a "quote"', v])
        expect(readCsvLine(joined.text(viewWith({ all })))).toEqual(all)
        expect(readCsvLine(quoted.text(viewWith({ all })))).toEqual(all)
      }),
      runs,
    )
  })

  it('in a header, or it is refused', () => {
    const template = compileTemplate('lead {{lead.v}}', 'header')
    fc.assert(
      fc.property(anyText, (v) => {
        const sent = textOrRefusal(() => template.text(viewWith({ v })))
        expect(sent).toBe(/^[\t\x20-\x7e]*$/.test(v) ? `lead ${v}` : 'refused')
      }),
      runs,
    )
  })
})

describe('a place where nothing can be made safe', () => {
  it.each([
    ['xml', '<{{lead.tag}}/>', /a tag, outside of quotes/],
    ['xml', '<a b={{lead.v}}/>', /a tag, outside of quotes/],
    ['xml', '<!-- {{lead.v}} -->', /a comment/],
    ['xml', '<?pi {{lead.v}}?>', /an instruction/],
    ['json', '{"a": "x\\{{lead.v}}"}', /follow a backslash/],
    ['url', 'https://{{lead.host}}/x', /host of a URL/],
    ['csv', '{{lead.first}} {{lead.last}},{{lead.zip}}', /put the cell in quotes/],
    ['csv', '{{lead.first}}{{lead.last}}', /put the cell in quotes/],
    ['csv', 'x,Mr {{lead.last}}', /put the cell in quotes/],
    ['csv', 'x, {{lead.last}}', /put the cell in quotes/],
    ['csv', '{{lead.a}};{{lead.b}}', /put the cell in quotes/],
    ['csv', '"x"{{lead.v}}', /put the cell in quotes/],
    ['csv', 'say "{{lead.v}}"', /put the cell in quotes/],
    ['csv', '{{lead.a}}{{#if lead.b}}{{lead.b}}{{/if}}', /put the cell in quotes/],
    ['csv', '{{#if lead.b}}{{lead.b}}{{/if}} Jr {{lead.a}}', /put the cell in quotes/],
    ['csv', '{{#each lead.all}}{{this}}{{/each}}', /put the cell in quotes/],
    ['csv', '{{#each lead.all}},{{this}} {{/each}}', /put the cell in quotes/],
    ['csv', '{{#if lead.a}}"{{/if}}{{lead.v}}"', /must end where it begins/],
    ['json', '{{#if lead.a}}"{{/if}}{{lead.v}}"', /must end where it begins/],
    ['json', '{{#each lead.a}}"{{/each}}', /must end where it begins/],
    ['xml', '<a {{#if lead.a}}>{{else}}b="{{/if}}', /must end where it begins/],
  ] as const)('is refused when the template is compiled: %s %s', (context, template, message) => {
    expect(() => compileTemplate(template, context)).toThrow(message)
  })
})

function textOrRefusal(make: () => string): string {
  try {
    return make()
  } catch {
    return 'refused'
  }
}

/** RFC 4180, one record. */
function readCsvLine(line: string): string[] {
  return Array.from(
    `${line},`.matchAll(/(?:"((?:[^"]|"")*)"|([^,]*)),/g),
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
  )
}
