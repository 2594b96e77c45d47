import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { tooLarge, unparsable, unparsableAt } from './body-errors.ts'
import type { JsonLimits } from './limits.ts'
import { decodeXmlText } from './xml-entities.ts'
import { scanXml } from './xml-scan.ts'

/** One element, its namespace prefix dropped, its text and attributes decoded. */
export interface XmlElement {
  readonly name: string
  readonly attributes: readonly (readonly [name: string, value: string])[]
  readonly elements: readonly XmlElement[]
  readonly texts: readonly string[]
  /** Elements and texts in their order. */
  readonly content: readonly (XmlElement | string)[]
}

/** The root element. Throws BODY_UNPARSABLE with line and column, BODY_TOO_COMPLEX or BODY_TOO_LARGE. */
export function parseXmlTree(text: string, limits: JsonLimits): XmlElement {
  if (text.length * 3 > limits.bytes && Buffer.byteLength(text) > limits.bytes) throw tooLarge(limits.bytes)
  scanXml(text, limits)
  refuseMalformed(text)
  const nodes = parsedNodes(text, limits)
  const roots = nodes.map((node) => elementOf(node, text)).filter((element) => element !== undefined)
  const [root] = roots
  const after = text.trimEnd().length
  if (root === undefined || roots.length > 1 || text[after - 1] !== '>')
    throw unparsable('expected one root element', text, after)
  return root
}

/** As fast-xml-parser gives nodes with `preserveOrder`: one key is the element's, `#text` or `#cdata`. */
type ParsedNode = Readonly<Record<string, unknown>>

// One for each depth that the configuration has; to make one costs more than to parse a small body.
const parsers = new Map<number, XMLParser>()

function parserFor({ depth }: JsonLimits): XMLParser {
  const known = parsers.get(depth)
  if (known !== undefined) return known
  const parser = newParser(depth)
  parsers.set(depth, parser)
  return parser
}

// A name with a dot before it is no name that the parser treats specially (`__proto__`, `hasOwnProperty`, `#text`).
const newParser = (depth: number) =>
  new XMLParser({
    preserveOrder: true,
    captureMetaData: true,
    ignoreDeclaration: true,
    ignorePiTags: true,
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    cdataPropName: '#cdata',
    removeNSPrefix: true,
    trimValues: false,
    parseTagValue: false,
    parseAttributeValue: false,
    processEntities: false,
    maxNestedTags: depth + 1,
    transformTagName: (name) => `.${name}`,
  })

/** What the validator lets pass and the parser stumbles over has no place that it would tell. */
function parsedNodes(text: string, limits: JsonLimits): readonly ParsedNode[] {
  try {
    return parserFor(limits).parse(text) as readonly ParsedNode[]
  } catch {
    throw unparsable('malformed XML, read to its end', text, text.length)
  }
}

function refuseMalformed(text: string): void {
  const verdict = XMLValidator.validate(text)
  if (verdict === true) return
  const { msg, line, col } = verdict.err
  throw unparsableAt(msg.slice(0, 120), line, col ?? 1)
}

/** Where the element starts in the document, in UTF-16 units. */
function startOf(node: ParsedNode): number {
  const [metadata] = Object.getOwnPropertySymbols(node)
  const place: unknown = metadata === undefined ? undefined : Reflect.get(node, metadata)
  return typeof place === 'object' && place !== null && 'startIndex' in place ? Number(place.startIndex) : 0
}

function elementOf(node: ParsedNode, document: string): XmlElement | undefined {
  const key = Object.keys(node).find((name) => name.startsWith('.'))
  if (key === undefined) return undefined
  const offset = startOf(node)
  const decode = (text: string): string =>
    decodeXmlText(text, () => unparsable('an unknown entity or character reference in the element', document, offset))
  const children = node[key] as readonly ParsedNode[]
  const content = children
    .map((child) => textOf(child, decode) ?? elementOf(child, document))
    .filter((child) => child !== undefined)
  return {
    name: key.replace(/^\.+/, ''),
    attributes: attributesOf(node, decode),
    elements: content.filter((child) => typeof child !== 'string'),
    texts: content.filter((child) => typeof child === 'string'),
    content,
  }
}

function attributesOf(node: ParsedNode, decode: (text: string) => string): [string, string][] {
  return Object.entries((node[':@'] ?? {}) as Readonly<Record<string, string>>)
    .filter(([name]) => name !== '@xmlns')
    .map(([name, value]) => [name.slice(1), decode(value.replaceAll(/[\t\n]/g, ' '))])
}

function textOf(node: ParsedNode, decode: (text: string) => string): string | undefined {
  const text = node['#text']
  if (typeof text === 'string') return decode(text)
  const [inner] = (node['#cdata'] ?? []) as readonly ParsedNode[]
  return inner === undefined ? undefined : String(inner['#text'])
}
