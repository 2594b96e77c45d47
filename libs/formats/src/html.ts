import { compile, selectAll } from 'css-select'
import { DomHandler, DomUtils, Parser } from 'htmlparser2'

/** A parsed page. */
export type HtmlDocument = readonly HtmlNode[]

type HtmlNode = DomHandler['dom'][number]
type HtmlElement = Extract<HtmlNode, { attribs: unknown }>

/** Reads a page: the trimmed text, or the named attribute, of each element that a selector finds. Never throws. */
export type HtmlReader = (document: HtmlDocument) => readonly string[]

// Pages are shallow; what is deeper than this wants to exhaust somebody's stack.
const deepest = 256

/** A page as browsers forgive it; undefined when it is nested deeper than any honest page. */
export function parseHtml(text: string): HtmlDocument | undefined {
  const handler = new DomHandler()
  const open = handler.onopentag.bind(handler)
  const close = handler.onclosetag.bind(handler)
  let depth = 0
  handler.onopentag = (name, attributes) => {
    depth += 1
    // Stops at once: the parser's search for a tag's partner takes time in proportion to the depth.
    if (depth > deepest) throw new TooDeep()
    open(name, attributes)
  }
  handler.onclosetag = () => {
    depth -= 1
    close()
  }
  try {
    new Parser(handler, { decodeEntities: true }).end(text)
  } catch (thrown) {
    if (thrown instanceof TooDeep) return undefined
    throw thrown
  }
  return handler.dom
}

class TooDeep extends Error {}

/** A reader for a CSS selector, with ` @attribute` at its end or the text of the elements. Throws SyntaxError for what is no selector. */
export function compileHtmlSelector(source: string): HtmlReader {
  const [, selector = '', attribute] = /^(.*?)(?:(?:^|\s)@([^\s@"'<>/=]+))?\s*$/s.exec(source) ?? []
  const query = compiled(selector.trim() === '' ? '*' : selector.trim(), source)
  return (document) => {
    const elements = selectAll<HtmlNode, HtmlElement>(query, [...document])
    if (attribute === undefined) return elements.map((element) => DomUtils.textContent(element).trim())
    return elements.flatMap((element) => {
      const value = element.attribs[attribute.toLowerCase()]
      return value === undefined ? [] : [value]
    })
  }
}

// The parser of selectors takes such names for names of elements.
const unlikely = /[{}]|\.\.|(?<!:[\w-]{1,30})\(/

function compiled(selector: string, source: string) {
  if (unlikely.test(selector.replaceAll(/\[[^\]]*\]|"[^"]*"|'[^']*'/g, '')))
    throw new SyntaxError(`"${source}" is not a CSS selector`)
  try {
    return compile<HtmlNode, HtmlElement>(selector)
  } catch (thrown) {
    throw new SyntaxError(`"${source}" is not a CSS selector`, { cause: thrown })
  }
}
