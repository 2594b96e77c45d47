import { csvTracker } from './csv-place.ts'

/** The kind of text that a template makes. */
export type TemplateContext =
  | 'json'
  | 'json-string'
  | 'url'
  | 'url-path'
  | 'url-query'
  | 'form'
  | 'xml'
  | 'csv'
  | 'header'
  | 'text'

/** Where in such a text an expression stands; decides how its value is escaped. */
export type Place =
  | 'json-value'
  | 'json-string'
  | 'url-path'
  | 'url-query'
  | 'form'
  | 'xml-text'
  | 'xml-attribute'
  | 'xml-cdata'
  | 'csv-cell'
  | 'csv-quoted'
  | 'header'
  | 'text'

/** A place where no value may stand, and why. */
export interface Forbidden {
  readonly forbidden: string
}

/** Follows the text of a template from its start; equal states are equal places. */
export interface PlaceTracker {
  readonly start: string
  readonly after: (state: string, literal: string) => string | Forbidden
  readonly afterValue: (state: string) => string
  readonly place: (state: string) => Place | Forbidden
  /** Behind a block that can end in any of these states; undefined when no one state says it. */
  readonly join: (states: readonly string[]) => string | undefined
}

const stays = {
  afterValue: (state: string) => state,
  join: (states: readonly string[]) => (new Set(states).size === 1 ? states[0] : undefined),
}

export function trackerFor(context: TemplateContext): PlaceTracker {
  switch (context) {
    case 'json':
      return { start: 'value', after: afterJson, place: jsonPlace, ...stays }
    case 'url':
      return { start: 'origin:', after: afterUrl, place: urlPlace, ...stays }
    case 'xml':
      return { start: 'text', after: afterXml, place: xmlPlace, ...stays }
    case 'csv':
      return csvTracker
    case 'json-string':
    case 'url-path':
    case 'url-query':
    case 'form':
    case 'header':
    case 'text':
      return { start: context, after: (state) => state, place: () => context, ...stays }
  }
}

function afterJson(state: string, literal: string): string {
  let current = state
  for (const character of literal) {
    if (current === 'escape') current = 'string'
    else if (current === 'string' && character === '\\') current = 'escape'
    else if (character === '"') current = current === 'string' ? 'value' : 'string'
  }
  return current
}

function jsonPlace(state: string): Place | Forbidden {
  if (state === 'escape') return { forbidden: 'a value cannot follow a backslash' }
  return state === 'string' ? 'json-string' : 'json-value'
}

const originPattern = /^https?:\/\/[^/?#]+([/?#])/i

function afterUrl(state: string, literal: string): string {
  if (!state.startsWith('origin:')) return state === 'path' && /[?#]/.test(literal) ? 'query' : state
  const text = state.slice('origin:'.length) + literal
  if (!originPattern.test(text)) return `origin:${text}`
  return /[?#]/.test(text) ? 'query' : 'path'
}

function urlPlace(state: string): Place | Forbidden {
  if (state.startsWith('origin:')) return { forbidden: 'the host of a URL cannot come from a lead' }
  return state === 'query' ? 'url-query' : 'url-path'
}

/** Which mark ends which part of an XML text, and what comes after it. */
const xmlEnds: Readonly<Record<string, readonly (readonly [mark: string, next: string])[]>> = {
  text: [
    ['<![CDATA[', 'cdata'],
    ['<!--', 'comment'],
    ['<?', 'instruction'],
    ['<', 'tag'],
  ],
  tag: [
    ['"', 'double'],
    ["'", 'single'],
    ['>', 'text'],
  ],
  double: [['"', 'tag']],
  single: [["'", 'tag']],
  cdata: [[']]>', 'text']],
  comment: [['-->', 'text']],
  instruction: [['?>', 'text']],
}

function afterXml(state: string, literal: string): string {
  let current = state
  let at = 0
  while (at < literal.length) {
    const found = (xmlEnds[current] ?? []).find(([mark]) => literal.startsWith(mark, at))
    if (found === undefined) at++
    else {
      at += found[0].length
      current = found[1]
    }
  }
  return current
}

function xmlPlace(state: string): Place | Forbidden {
  switch (state) {
    case 'text':
      return 'xml-text'
    case 'double':
    case 'single':
      return 'xml-attribute'
    case 'cdata':
      return 'xml-cdata'
    default:
      return {
        forbidden: `a value cannot stand in ${state === 'tag' ? 'a tag, outside of quotes' : `a${state === 'comment' ? ' comment' : 'n instruction'}`}`,
      }
  }
}
