import { describe, expect, it } from 'vitest'
import { formatCsv } from './format-csv.ts'
import { formatFixedWidth } from './format-fixed-width.ts'
import { formatForm } from './format-form.ts'
import { formatMultipart } from './format-multipart.ts'
import { formatPipe } from './format-pipe.ts'
import { compileNesting } from './nesting.ts'
import { soapEnvelope, soapHeaders } from './soap-envelope.ts'
import { xmlDocument } from './xml-writer.ts'

describe('a form', () => {
  it('can leave its names as they are, but for what would end them', () => {
    expect(formatForm({ 'lead[zip]': '1 2' })).toBe('lead%5Bzip%5D=1%202')
    expect(formatForm({ 'lead[zip]': '1', 'a&b=c é': '2' }, 'plain')).toBe('lead[zip]=1&a%26b%3Dc%20%C3%A9=2')
  })
})

describe('a CSV record', () => {
  const comma = { delimiter: ',', quotes: 'needed' } as const
  it('quotes what could be misread', () => {
    expect(formatCsv(['Ng, Dana', 'say "hi"', 'two\r\nlines', ' x', 7, null, true], comma)).toBe(
      '"Ng, Dana","say ""hi""","two\r\nlines"," x",7,,true',
    )
    expect(formatCsv(['a;b', 'a,b'], { delimiter: ';', quotes: 'needed' })).toBe('"a;b";a,b')
    expect(formatCsv(['a', ''], { delimiter: '\t', quotes: 'always' })).toBe('"a"\t""')
  })
})

describe('a record with pipes', () => {
  it('lets no value look like two', () => {
    expect(formatPipe(['a|b', 'c\\d', 'e\nf', null], 'backslash')).toBe('a\\|b|c\\\\d|e f|')
    expect(formatPipe(['a|b', 1], 'blank')).toBe('a b|1')
  })
})

describe('a record of fixed width', () => {
  const column = (width: number, align: 'left' | 'right' = 'left', pad = ' ') => ({ name: 'city', width, align, pad })
  const cut = { overflow: 'cut', unit: 'characters' } as const

  it('pads to either side and cuts whole characters', () => {
    expect(formatFixedWidth([column(5), column(4, 'right', '0'), column(3)], ['ab', 7, 'long'], cut)).toBe('ab   0007lon')
    expect(formatFixedWidth([column(2)], ['😀😀😀'], cut)).toBe('😀😀')
    expect(formatFixedWidth([column(3)], ['aéé'], { overflow: 'cut', unit: 'bytes' })).toBe('aé')
    expect(formatFixedWidth([column(4)], ['aéé'], { overflow: 'cut', unit: 'bytes' })).toBe('aé ')
    expect(formatFixedWidth([column(4)], ['a\nb'], cut)).toBe('a b ')
  })

  it('refuses what is too long when nothing may be lost, and names the column', () => {
    const layout = { overflow: 'refuse', unit: 'characters' } as const
    expect(() => formatFixedWidth([column(3)], ['long'], layout)).toThrow('the value of "city" is longer than its 3 characters')
    expect(formatFixedWidth([column(4)], ['long'], layout)).toBe('long')
  })
})

describe('multipart', () => {
  it('writes fields and files, the same bytes each time, and nothing ends a header', async () => {
    const parts = [
      { name: 'a"\r\nb', content: 'é' },
      { name: 'doc', filename: 'x.txt', contentType: 'text/plain', content: Buffer.from([0, 255]) },
    ]
    const { body, contentType } = formatMultipart(parts)
    const form = await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData()
    const [[name, text] = [], [, file] = []] = [...form]
    expect([name, text]).toEqual(['a"\r\nb', 'é'])
    expect(file).toMatchObject({ name: 'x.txt', type: 'text/plain', size: 2 })
    expect(formatMultipart(parts).body.equals(body)).toBe(true)
  })
})

describe('XML from paths', () => {
  const write = (fields: Record<string, string>) =>
    xmlDocument('r', compileNesting(Object.keys(fields), '#text')(Object.values(fields)))

  it('has elements, attributes, texts, CDATA and repeats', () => {
    const fields = { '@v': '2', 'p.0': '1', 'p.3': '<2>', n: 'x', 'n.@lang': 'de', 'c.#cdata': 'a]]>b' }
    expect(write(fields)).toBe(
      '<?xml version="1.0"?><r v="2"><p>1</p><p>&lt;2&gt;</p><n lang="de">x</n><c><![CDATA[a]]]]><![CDATA[>b]]></c></r>',
    )
  })

  it('has one root, and no list of them', () => {
    expect(() => write({ '0': '1', '1': '2' })).toThrow('one root element')
  })
})

describe('a SOAP call', () => {
  it('stands in the envelope of its version', () => {
    const call = { operation: 'PutLead', namespace: 'urn:x', arguments: { first: 'A & B' }, headers: { Token: 't' } } as const
    expect(soapEnvelope({ ...call, version: '1.1' })).toBe(
      '<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">' +
        '<soap:Header><Token>t</Token></soap:Header>' +
        '<soap:Body><PutLead xmlns="urn:x"><first>A &amp; B</first></PutLead></soap:Body></soap:Envelope>',
    )
    expect(soapEnvelope({ ...call, version: '1.2', namespace: null, headers: {} })).toContain(
      'xmlns:soap="http://www.w3.org/2003/05/soap-envelope"><soap:Body><PutLead><first>',
    )
  })

  it('names its action where its version wants it', () => {
    expect(soapHeaders('1.1', 'urn:a')).toEqual({ contentType: 'text/xml; charset=utf-8', soapAction: '"urn:a"' })
    expect(soapHeaders('1.2', 'urn:a').contentType).toBe('application/soap+xml; charset=utf-8; action="urn:a"')
  })
})
