import { describe, expect, it } from 'vitest'
import { defaultLimits } from '../limits.ts'
import { parseXmlTree } from '../xml-tree.ts'
import { compileXPath } from './compile-xpath.ts'
import { XPathMistake } from './tokens.ts'

const answer = `<?xml version="1.0"?>
<s:Envelope xmlns:s="urn:soap"><s:Body>
  <r:Reply xmlns:r="urn:r" code="7" r:kind="full">
    <Status>Success</Status>
    <Item id="a"><Name>One</Name><Price>1.5</Price></Item>
    <Item id="b"><Name>Two</Name><Price>2.5</Price></Item>
    <Item id="c"><Name>Three</Name></Item>
    <Note>be <b>very</b> kind</Note><Raw><![CDATA[<x> & y]]></Raw><Empty/>
  </r:Reply>
</s:Body></s:Envelope>`
const root = parseXmlTree(answer, defaultLimits)
const find = (path: string) => compileXPath(path)(root)

describe('an XPath', () => {
  it.each([
    ['//Status', ['Success']],
    ['/Envelope/Body/Reply/Status/text()', ['Success']],
    ['/s:Envelope/s:Body/r:Reply/Status', ['Success']],
    ['/Envelope/*/Reply/@code', ['7']],
    ['//Reply/@r:kind', ['full']],
    ['//Reply/attribute::code', ['7']],
    ['//Item/Name', ['One', 'Two', 'Three']],
    ['//Item[2]/Name', ['Two']],
    ['//Item[last()]/@id', ['c']],
    ['//Item[position()<3]/@id', ['a', 'b']],
    ["//Item[@id='b']/Price", ['2.5']],
    ['//Item[Price > 2]/@id', ['b']],
    ['//Item[not(Price)]/Name', ['Three']],
    ["//Item[Name='One' or @id='c']/@id", ['a', 'c']],
    ["//Item[contains(Name, 'wo') and Price]/@id", ['b']],
    ["//*[local-name()='Status']", ['Success']],
    ["//*[name()='Status']/..//Price", ['1.5', '2.5']],
    ['(//Price)[1]', ['1.5']],
    ['//Status | //Item[1]/Name', ['Success', 'One']],
    ['//Item[@id="c"]/preceding-sibling::Item[1]/@id', ['b']],
    ['//Price/ancestor::Item/@id', ['a', 'b']],
    ['//Status/following-sibling::Item[1]/Name', ['One']],
    ['count(//Item)', ['3']],
    ['sum(//Price) + 1', ['5']],
    ['string(//Item[2]/@id)', ['b']],
    ["concat(//Status, ': ', //Item[1]/Name)", ['Success: One']],
    ["substring-after(//Status, 'Suc')", ['cess']],
    ['normalize-space(//Note)', ['be very kind']],
    ["translate(//Status, 'Sc', 's')", ['suess']],
    ['//Note', ['be very kind']],
    ['//Raw/text()', ['<x> & y']],
    ['//Empty', ['']],
    ['//Missing', []],
    ['/Status', []],
    ['//Item[9]', []],
    ['count(//Missing) = 0', ['true']],
    ['//constructor', []],
  ])('%s finds %j', (path, expected) => {
    expect(find(path)).toEqual(expected)
  })

  it.each(['', '//', '/a[', '//a[@]', 'a b', "//a[text()='x]", '//a]', 'nope(//a)', 'up::a', '//comment()', '$x', '/a/'])(
    'that cannot be read is refused: %s',
    (path) => {
      expect(() => compileXPath(path)).toThrow(XPathMistake)
    },
  )

  it('that looks at too much finds nothing, and soon', () => {
    const wide = parseXmlTree(`<a>${'<b/>'.repeat(3_000)}</a>`, defaultLimits)
    expect(compileXPath('//b[//b[//b[//b]]/x]')(wide)).toEqual([])
  })
})
