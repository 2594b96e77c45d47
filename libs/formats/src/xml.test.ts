import type { Json } from '@leadline/domain'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { escapeXml } from './escape-xml.ts'
import { defaultLimits } from './limits.ts'
import { jsonFromXml, parseXmlFields } from './xml.ts'
import { parseXmlTree } from './xml-tree.ts'
import { xmlFromJson } from './xml-writer.ts'

describe('fields of an XML document', () => {
  it.each([
    ['<lead><a>1</a><b/></lead>', { a: '1', b: '' }],
    ['<lead source="x"><a k="v">1</a></lead>', { source: 'x', a: { k: 'v', '#text': '1' } }],
    ['<lead><t>1</t><t>2</t><loan><amount>3</amount></loan></lead>', { t: ['1', '2'], loan: { amount: '3' } }],
    ['<x:lead xmlns:x="urn:x" xmlns="urn:y"><x:a x:k="v"/></x:lead>', { a: { k: 'v' } }],
    ['<lead>\n <a> 0012.50 </a>\n <!-- no --> <?no thing?></lead>', { a: ' 0012.50 ' }],
    ['<lead><a>&lt;&amp;&gt;&quot;&apos;&#233;&#x1F600;</a></lead>', { a: '<&>"\'é😀' }],
    ['<lead><a>x<![CDATA[<b>&amp;</b>]]>y</a></lead>', { a: 'x<b>&amp;</b>y' }],
    ['<lead><a><![CDATA[<!DOCTYPE html>]]></a></lead>', { a: '<!DOCTYPE html>' }],
    ['<lead/>', {}],
  ])('%s', (xml, fields) => {
    expect(parseXmlFields(xml)).toEqual(fields)
  })

  it('may have any name, the ones of prototypes too', () => {
    const fields = parseXmlFields(
      '<lead __proto__="1"><constructor>2</constructor><hasOwnProperty><toString>3</toString></hasOwnProperty></lead>',
    )
    expect(Object.entries(fields)).toEqual([
      ['__proto__', '1'],
      ['constructor', '2'],
      ['hasOwnProperty', { toString: '3' }],
    ])
    expect(Reflect.get({}, '1')).toBeUndefined()
  })
})

describe('a document that is refused', () => {
  it.each([
    { xml: '', line: 1 },
    { xml: 'text', line: 1 },
    { xml: '<lead>', line: 1 },
    { xml: '<lead>\n<a></b></lead>', line: 2 },
    { xml: '<lead>\n<a b=1/></lead>', line: 2 },
    { xml: '<lead>a & b</lead>', line: 1 },
    { xml: '<lead/><lead/>', line: 1 },
    { xml: '<lead/>\ntrail', line: 2 },
    { xml: '<lead>\n<a>&nbsp;</a></lead>', line: 2 },
    { xml: '<lead a="&bad;"/>', line: 1 },
    { xml: '<lead>&#0;</lead>', line: 1 },
    { xml: '<lead>&#xD800;</lead>', line: 1 },
  ])('says where it is malformed: $xml', ({ xml, line }) => {
    expect(() => parseXmlFields(xml)).toThrow(
      expect.objectContaining({ code: 'BODY_UNPARSABLE', fields: expect.objectContaining({ line, column: expect.any(Number) }) }),
    )
  })

  it.each([
    '<!DOCTYPE lead [<!ENTITY a "b">]><lead>&a;</lead>',
    '<?xml version="1.0"?><!doctype lead SYSTEM "file:///etc/passwd"><lead/>',
    '<lead><!DOCTYPE x></lead>',
    '<lead><!ENTITY a "b"></lead>',
  ])('declares a document type or an entity: %s', (xml) => {
    expect(() => parseXmlFields(xml)).toThrow(/declaration is not accepted/)
  })

  it.each([
    { what: 'nesting', xml: '<a>'.repeat(100_000) },
    { what: 'closed nesting', xml: '<a>'.repeat(65) + '</a>'.repeat(65) },
    { what: 'elements', xml: `<a>${'<b/>'.repeat(10_000)}</a>` },
    { what: 'attributes', xml: `<a ${Array.from({ length: 10_000 }, (_, index) => `b${index}="1"`).join(' ')}/>` },
  ])('has too much $what', ({ xml }) => {
    expect(() => parseXmlFields(xml)).toThrow(expect.objectContaining({ code: 'BODY_TOO_COMPLEX' }))
  })

  it('is too long', () => {
    expect(() => parseXmlFields('<a>é</a>', { ...defaultLimits, bytes: 8 })).toThrow(
      expect.objectContaining({ code: 'BODY_TOO_LARGE' }),
    )
  })

  it('is refused with one of our codes, whatever it is', () => {
    const piece = fc.constantFrom(
      '<',
      '>',
      '/',
      '<a>',
      '</a>',
      '<b c="d">',
      '</b>',
      '&amp;',
      '&',
      ';',
      '"',
      '=',
      ' ',
      'x',
      '<!--',
      '-->',
      '<![CDATA[',
      ']]>',
      '<?',
      '?>',
      '<!',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 15 }), (parts) => {
        expect(outcomeOf(parts.join(''))).toMatch(/^(read|BODY_UNPARSABLE)$/)
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('writing XML', () => {
  it('makes elements of keys, attributes of @names and repeats of arrays', () => {
    const value = { '@id': '"1"', name: 'A & B', tag: ['x', null], nested: { '#text': '<' } }
    expect(xmlFromJson('lead', value)).toBe(
      '<lead id="&quot;1&quot;"><name>A &amp; B</name><tag>x</tag><tag/><nested>&lt;</nested></lead>',
    )
  })

  it.each(['first name', '1st', '', 'a<b', '#other'])('refuses %j as a name', (name) => {
    expect(() => xmlFromJson('lead', { [name]: 'x' })).toThrow(expect.objectContaining({ code: 'INVALID_VALUE' }))
  })

  it('is read back as what was written', () => {
    const name = fc.stringMatching(/^[A-Za-z_é][A-Za-z0-9_.é-]{0,6}$/).filter((candidate) => candidate !== 'xmlns')
    const text = fc.string({ unit: 'binary' }).map((value) => escapeless(value))
    const element = fc.oneof(text, fc.dictionary(name, text, { minKeys: 1 }))
    const value = fc.record({ child: element, repeated: fc.array(element, { minLength: 2, maxLength: 3 }), '@attribute': text })
    fc.assert(
      fc.property(value, (written: Json) => {
        expect(jsonFromXml(parseXmlTree(xmlFromJson('root', written), defaultLimits), '@')).toEqual({ root: written })
      }),
    )
  }, 60_000)

  it('lets no text out of its place', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const document = `<r a="${escapeXml(text, 'attribute')}"><t>${escapeXml(text, 'text')}</t></r>`
        expect(jsonFromXml(parseXmlTree(document, defaultLimits), '@')).toEqual({
          r: { '@a': escapeless(text), t: escapeless(text) },
        })
      }),
    )
  })
})

/** The text without what XML cannot carry. */
function escapeless(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what XML cannot carry
  return text.toWellFormed().replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
}

function outcomeOf(xml: string): string {
  try {
    parseXmlFields(xml)
    return 'read'
  } catch (error) {
    return String(Reflect.get(Object(error), 'code'))
  }
}
