/** A piece of an XPath. Names keep their prefix; it is dropped where they are used. */
export type Token =
  | { readonly type: 'name'; readonly text: string }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'number'; readonly text: string }
  | { readonly type: 'sign'; readonly text: string }
  | { readonly type: 'end'; readonly text: '' }

/** An XPath that cannot be read. */
export class XPathMistake extends Error {
  override readonly name = 'XPathMistake'
}

const longest = 1_000
const name = /[\p{L}_][\p{L}\p{N}\p{M}_-]*(?:\.[\p{L}\p{N}\p{M}_-]+)*/u.source
const pattern = new RegExp(
  String.raw`\s*(?:("[^"]*"|'[^']*')|(\d+(?:\.\d*)?|\.\d+)|(\/\/|::|\.\.|!=|<=|>=|[/@.*[\](),|=<>+-])|(${name}(?::(?!:)(?:\*|${name}))?))`,
  'uy',
)

/** The tokens of an XPath, `end` the last. Throws `XPathMistake`. */
export function tokensOf(path: string): readonly Token[] {
  if (path.length > longest) throw new XPathMistake(`an XPath of more than ${longest} characters`)
  const text = path.trimEnd()
  const tokens: Token[] = []
  pattern.lastIndex = 0
  while (pattern.lastIndex < text.length) {
    const at = pattern.lastIndex
    const found = pattern.exec(text)
    if (found === null) throw new XPathMistake(`"${text.slice(at).trim().slice(0, 20)}" cannot be read in the XPath "${path}"`)
    tokens.push(tokenOf(found))
  }
  return [...tokens, { type: 'end', text: '' }]
}

function tokenOf([, quoted, number, sign, word]: RegExpExecArray): Token {
  if (quoted !== undefined) return { type: 'text', text: quoted.slice(1, -1) }
  if (number !== undefined) return { type: 'number', text: number }
  return sign !== undefined ? { type: 'sign', text: sign } : { type: 'name', text: word ?? '' }
}
