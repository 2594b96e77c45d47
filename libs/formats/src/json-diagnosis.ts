/** The first thing wrong with JSON text, for its sender; `offset` in UTF-16 units. */
export interface JsonMistake {
  readonly offset: number
  readonly what: string
}

type Expected = 'value' | 'value or ]' | 'key' | 'key or }' | ':' | ', or end' | 'end'

interface OpenContainer {
  readonly close: ']' | '}'
  readonly keys: Set<string>
}

const blank = /[ \t\n\r]*/y
const literal = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
// Raw control characters pass here: they are repaired before this is asked.
const string = /"[^"\\]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\]*)*"/y

/** Finds what `JSON.parse` does not place: its position, or the repeated key that `JSON.parse` accepts. Undefined when nothing is wrong. */
export function findJsonMistake(text: string): JsonMistake | undefined {
  const open: OpenContainer[] = []
  let expected: Expected = 'value'
  let at = 0
  for (;;) {
    at = matchAt(blank, text, at) ?? at
    if (expected === 'end') return at < text.length ? { offset: at, what: 'something follows the JSON document' } : undefined
    const token = readToken(text, at)
    if (token === undefined) return { offset: at, what: problemAt(text[at], expected) }
    const next = advance(expected, token.text, open)
    if (next === undefined) return { offset: at, what: `expected ${expected}` }
    if (next === 'repeated') return { offset: at, what: `the key ${token.text.slice(0, 80)} is there twice` }
    expected = next
    at = token.end
  }
}

function problemAt(char: string | undefined, expected: Expected): string {
  if (char === undefined) return 'the JSON document ends too early'
  return char === '"' ? 'a string does not end or has a wrong escape' : `expected ${expected}`
}

function readToken(text: string, at: number): { readonly text: string; readonly end: number } | undefined {
  const punctuation = text[at]
  if (punctuation !== undefined && '[]{},:'.includes(punctuation)) return { text: punctuation, end: at + 1 }
  const end = matchAt(punctuation === '"' ? string : literal, text, at)
  return end === undefined ? undefined : { text: text.slice(at, end), end }
}

function matchAt(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : undefined
}

/** What may follow `token`; undefined when the token itself may not stand here. */
function advance(expected: Expected, token: string, open: OpenContainer[]): Expected | 'repeated' | undefined {
  const container = open.at(-1)
  switch (expected) {
    case ':':
      return token === ':' ? 'value' : undefined
    case ', or end':
      if (token === container?.close) return close(open)
      return token === ',' ? (container?.close === '}' ? 'key' : 'value') : undefined
    case 'key':
    case 'key or }':
      if (token === '}' && expected === 'key or }') return close(open)
      if (!token.startsWith('"')) return undefined
      return addKey(container, token) ? ':' : 'repeated'
    case 'value':
    case 'value or ]':
      if (token === ']' && expected === 'value or ]') return close(open)
      return startValue(token, open)
    case 'end':
      return undefined
  }
}

function startValue(token: string, open: OpenContainer[]): Expected | undefined {
  if (token === '{' || token === '[') {
    open.push({ close: token === '{' ? '}' : ']', keys: new Set() })
    return token === '{' ? 'key or }' : 'value or ]'
  }
  if (token === ']' || token === '}' || token === ',' || token === ':') return undefined
  return open.length === 0 ? 'end' : ', or end'
}

function close(open: OpenContainer[]): Expected {
  open.pop()
  return open.length === 0 ? 'end' : ', or end'
}

function addKey(container: OpenContainer | undefined, token: string): boolean {
  const key = token.replaceAll(/\\u([0-9a-fA-F]{4})|\\(.)/g, unescaped)
  if (container === undefined || container.keys.has(key)) return false
  container.keys.add(key)
  return true
}

const shortEscapes: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }

function unescaped(_: string, hex: string | undefined, char: string | undefined): string {
  if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16))
  return shortEscapes[char ?? ''] ?? char ?? ''
}
