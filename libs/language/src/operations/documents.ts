import { compileXPath, tryXml, type XmlElement, XPathMistake, type XPathReader } from '@leadline/formats'
import { percentEncode } from '../percent-encode.ts'
import { toPlain } from '../plain.ts'
import type { Operation } from './operation.ts'
import { textIn } from './operation.ts'
import { textOperation } from './text-operation.ts'

const paths = new Map<string, XPathReader | null>()

/** The text of the first node that an XPath finds in an XML text; nothing when it finds none, or the text is no XML. */
const xpath: Operation = {
  ...textOperation('xpath', ['path'], (text, [path]) => {
    const read = pathReader(textIn(path))
    const root = read === null ? undefined : rootOf(text)
    return root === undefined ? undefined : read?.(root)[0]
  }),
  check: { path: (path) => (pathReader(path) === null ? `"${path}" is not an XPath` : undefined) },
}

function pathReader(path: string): XPathReader | null {
  const known = paths.get(path)
  if (known !== undefined) return known
  const made = compiled(path)
  if (paths.size >= 200) paths.clear()
  paths.set(path, made)
  return made
}

function compiled(path: string): XPathReader | null {
  try {
    return compileXPath(path)
  } catch (thrown) {
    if (thrown instanceof XPathMistake) return null
    throw thrown
  }
}

// One answer is asked several paths after each other.
let latest: { readonly text: string; readonly root: XmlElement | undefined } = { text: '', root: undefined }

function rootOf(text: string): XmlElement | undefined {
  if (latest.text === text) return latest.root
  latest = { text, root: tryXml(text) }
  return latest.root
}

const json: Operation = {
  name: 'json',
  operands: [],
  run: (subject) => (subject === undefined ? undefined : JSON.stringify(toPlain(subject))),
}

export const documentHelpers = [json, textOperation('urlencode', [], (text) => percentEncode(text))]

export const documentMethods = [xpath]
