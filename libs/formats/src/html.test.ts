import { describe, expect, it } from 'vitest'
import { compileHtmlSelector, parseHtml } from './html.ts'

const page = `<!DOCTYPE html><html><head><title>Thanks</title></head><body><div id=msg DATA-code="7&amp;8">Lead <b>sto&eacute;red</b>
<ul><li class="err">zip</li><li class="err big">age</ul><input name="id" value="A1"><p>one<p>two</body></html>`
const find = (selector: string) => compileHtmlSelector(selector)(parseHtml(page) ?? [])

describe('a CSS selector', () => {
  it.each([
    ['li.err', ['zip', 'age']],
    ['#msg @data-code', ['7&8']],
    ['#msg b', ['stoéred']],
    ['input[name=id] @value', ['A1']],
    ['input @VALUE', ['A1']],
    ['li:last-child', ['age']],
    ['p:nth-of-type(2)', ['two']],
    ['title', ['Thanks']],
    ['li:not(.big)', ['zip']],
    ['div @missing', []],
    ['.missing', []],
    ['@value', ['A1']],
  ])('%s finds %j', (selector, expected) => {
    expect(find(selector)).toEqual(expected)
  })

  it.each(['li[', 'a..b', 'a{b', 'f(x', 'a::b', '###', ':nope(', '>>'])('that cannot be read is refused: "%s"', (selector) => {
    expect(() => compileHtmlSelector(selector)).toThrow(SyntaxError)
  })
})

describe('a page', () => {
  it('of whatever bytes is read', () => {
    expect(compileHtmlSelector('b')(parseHtml('<b>1<i>2</b></i><<b') ?? [])).toEqual(['12'])
    expect(parseHtml('')).toEqual([])
  })

  it('that is nested beyond sense is none, and found out soon', () => {
    expect(parseHtml('<div>'.repeat(100_000) + '</b>'.repeat(100_000)) === undefined).toBe(true)
    expect(parseHtml('<a>'.repeat(100_000) + '</b>'.repeat(100_000)) === undefined).toBe(false)
  })
})
