import type { Json } from '@leadline/domain'
import { type HtmlDocument, parseHtml, tryJson, tryXml, type XmlElement } from '@leadline/formats'

/** The body of an answer, read as what it is. */
export type AnswerDocument =
  | { readonly type: 'json'; readonly value: Json; readonly text: string }
  /** `payload`: the element that paths may start at, the root unless an envelope surrounds it. */
  | { readonly type: 'xml'; readonly root: XmlElement; readonly payload: XmlElement; readonly text: string }
  | { readonly type: 'html'; readonly page: HtmlDocument; readonly text: string }
  | { readonly type: 'delimited'; readonly parts: readonly string[]; readonly text: string }
  /** `mislabelled`: the content type promised a structure that the body does not have. */
  | { readonly type: 'text'; readonly text: string; readonly mislabelled: boolean }

export interface ReadingHints {
  /** As the answer's header says it, or as the step knows better. */
  readonly contentType: string | undefined
  /** Cuts an answer of plain text into parts; null: it stays whole. */
  readonly delimiter: string | null
}

/**
 * By its content type, checked against what it looks like; where the two disagree it is text. A type that promises no structure leaves it to
 * the looks. Never throws.
 */
export function readAnswerDocument(text: string, { contentType, delimiter }: ReadingHints): AnswerDocument {
  const promised = promisedKind(contentType)
  const found = promised === undefined ? byLooks(text) : asPromised(promised, text)
  if (found !== undefined) return found
  if (delimiter !== null) return { type: 'delimited', parts: text.trim().split(delimiter), text }
  return { type: 'text', text, mislabelled: promised !== undefined && text.trim() !== '' }
}

type Kind = 'json' | 'xml' | 'html'

function promisedKind(contentType: string | undefined): Kind | undefined {
  const type = contentType?.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  if (type.endsWith('json')) return 'json'
  if (type.includes('html')) return 'html'
  return type.endsWith('xml') ? 'xml' : undefined
}

const looksLikePage = /^\s*<(?:!doctype\s+html|html)[\s>]/i

function asPromised(kind: Kind, text: string): AnswerDocument | undefined {
  switch (kind) {
    case 'json':
      return asJson(text)
    case 'xml':
      return looksLikePage.test(text) ? undefined : asXml(text)
    case 'html':
      return asHtml(text)
  }
}

function byLooks(text: string): AnswerDocument | undefined {
  switch (text.replace(/^[\s\ufeff]+/, '')[0]) {
    case '{':
    case '[':
      return asJson(text)
    case '<':
      return looksLikePage.test(text) ? asHtml(text) : asXml(text)
    default:
      return undefined
  }
}

function asJson(text: string): AnswerDocument | undefined {
  const value = tryJson(text)
  return value === undefined ? undefined : { type: 'json', value, text }
}

function asXml(text: string): AnswerDocument | undefined {
  const root = tryXml(text)
  return root === undefined ? undefined : { type: 'xml', root, payload: root, text }
}

function asHtml(text: string): AnswerDocument | undefined {
  if (!/^[\s\ufeff]*</.test(text)) return undefined
  const page = parseHtml(text)
  return page === undefined ? undefined : { type: 'html', page, text }
}
