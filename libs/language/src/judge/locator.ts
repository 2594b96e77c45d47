import type { Json } from '@leadline/domain'
import { compileHtmlSelector, compileXPath, jsonFromXml } from '@leadline/formats'
import type { AnswerDocument } from './answer-document.ts'
import { compileJsonPath, type JsonPathReader } from './json-path.ts'
import { capture, compileWrittenPattern, hasGroup, isSlashed } from './written-pattern.ts'

/** Finds values in an answer. Never throws; what cannot be read in a document of its kind finds nothing. */
export type Locator = (document: AnswerDocument) => readonly Json[]

/**
 * One path, read as each kind of document wants it: a dot path in JSON, XPath (or a dot path) in XML, a CSS selector with ` @attribute` in
 * HTML, the number of a part in delimited text, and a regular expression with a group in all but XML.
 */
export function compileLocator(path: string): Locator {
  const readings = lazyReadings(path)
  return (document) => {
    switch (document.type) {
      case 'json':
        return readings.json()?.(document.value) ?? readings.text(document.text)
      case 'xml':
        return readings.xml()?.(document) ?? []
      case 'html':
        return isSlashed(path) ? readings.text(document.text) : (readings.html()?.(document.page) ?? [])
      case 'delimited':
        return /^\d{1,4}$/.test(path) ? document.parts.slice(Number(path), Number(path) + 1) : readings.text(document.text)
      case 'text':
        return readings.text(document.text)
    }
  }
}

/** Why a path finds nothing in any answer; undefined when some kind of answer can be read by it. */
export function locatorMistake(path: string): string | undefined {
  const readings = lazyReadings(path)
  if (isPattern(path)) {
    const pattern = compileWrittenPattern(path)
    if (pattern.type === 'pattern' || readings.xml() !== undefined) return undefined
    return pattern.why
  }
  if (readings.json() ?? readings.xml() ?? readings.html()) return undefined
  try {
    // Whoever begins with a slash means an XPath, and is told what is wrong with that.
    if (path.startsWith('/')) compileXPath(path)
    else compileJsonPath(path)
    return undefined
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown)
  }
}

/** Read as a regular expression where the answer is text. */
export function isPattern(path: string): boolean {
  return isSlashed(path) || hasGroup(path)
}

function lazyReadings(path: string) {
  return {
    json: lazy(() => (isSlashed(path) ? undefined : compileJsonPath(path))),
    xml: lazy(() => compileXmlPath(path)),
    html: lazy(() => compileHtmlSelector(path)),
    text: compileText(path),
  }
}

/** Compiled when the first answer of its kind comes; undefined when the path means nothing there. */
function lazy<T>(compile: () => T | undefined): () => T | undefined {
  let compiled: { readonly value: T | undefined } | undefined
  return () => {
    compiled ??= { value: attempt(compile) }
    return compiled.value
  }
}

function attempt<T>(compile: () => T): T | undefined {
  try {
    return compile()
  } catch {
    // The three compilers have an error of their own each; for all of them this kind of answer cannot be read by the path.
    return undefined
  }
}

function compileText(path: string): (text: string) => readonly string[] {
  if (!isPattern(path)) return () => []
  const pattern = lazy(() => {
    const written = compileWrittenPattern(path)
    return written.type === 'pattern' ? written.pattern : undefined
  })
  return (text) => {
    const compiled = pattern()
    const found = compiled === undefined ? undefined : capture(compiled, text)
    return found === undefined ? [] : [found]
  }
}

type XmlDocument = AnswerDocument & { readonly type: 'xml' }

const dotPath = /^[^/()[\]@:'"]*(?:\.@[^/()[\]@:'"]+)?$/

function compileXmlPath(path: string): (document: Pick<XmlDocument, 'root' | 'payload'>) => readonly Json[] {
  if (!dotPath.test(path)) {
    const find = compileXPath(path)
    return ({ root }) => find(root)
  }
  const read: JsonPathReader = compileJsonPath(path)
  const attributes = path.includes('@') ? '@' : ''
  return ({ root, payload }) => {
    const found = read(jsonFromXml(root, attributes))
    // The name of the root may be left out, and an envelope.
    return found.length > 0 ? found : read(jsonFromXml(payload, attributes)[payload.name] ?? null)
  }
}
