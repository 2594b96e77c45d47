import type { Json, JsonObject } from '@leadline/domain'
import { defaultLimits, type JsonLimits } from './limits.ts'
import { parseXmlTree, type XmlElement } from './xml-tree.ts'

/** A submitted document: the root's children and attributes are the fields, attributes under their plain name. Throws like `parseFields`. */
export function parseXmlFields(text: string, limits: JsonLimits = defaultLimits): JsonObject {
  return membersOf(parseXmlTree(text, limits), '')
}

/** A root element as one object with its name as the key; attributes are `@name`, or stand under their plain name, text beside them `#text`, repeated elements arrays. */
export function jsonFromXml(root: XmlElement, attributePrefix: '' | '@'): JsonObject {
  return Object.fromEntries([[root.name, jsonOf(root, attributePrefix)]])
}

/** The root of somebody's answer, or undefined when the text is no XML, declares a DOCTYPE or is too complex. Never throws. */
export function tryXml(text: string): XmlElement | undefined {
  try {
    return parseXmlTree(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text, defaultLimits)
  } catch {
    return undefined
  }
}

function jsonOf(element: XmlElement, attributePrefix: '' | '@'): Json {
  const plain = element.attributes.length === 0 && element.elements.length === 0
  return plain ? element.texts.join('') : membersOf(element, attributePrefix)
}

function membersOf(element: XmlElement, attributePrefix: '' | '@'): JsonObject {
  const members = new Map<string, Json[]>()
  const add = (name: string, value: Json): void => {
    const known = members.get(name)
    if (known === undefined) members.set(name, [value])
    else known.push(value)
  }
  for (const [name, value] of element.attributes) add(attributePrefix + name, value)
  for (const child of element.elements) add(child.name, jsonOf(child, attributePrefix))
  const text = element.texts.join('').trim()
  if (text !== '') add('#text', text)
  return Object.fromEntries(Array.from(members, ([name, values]) => [name, values.length === 1 ? (values[0] ?? null) : values]))
}
