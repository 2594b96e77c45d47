import { InvalidValue, isJsonObject, type Json, type JsonObject } from '@leadline/domain'
import { escapeXml, speakableXml } from './escape-xml.ts'
import { scalarText } from './scalar-text.ts'
import { isXmlName } from './xml-name.ts'

/**
 * A value as one XML element: keys are child elements, `@name` an attribute, `#text` text, `#cdata` text in CDATA, arrays repeat their
 * element, null is empty.
 * Throws InvalidValue for a key that is no XML name.
 */
export function xmlFromJson(root: string, value: Json): string {
  return element(root, value)
}

function element(name: string, value: Json): string {
  if (!isXmlName(name)) throw new InvalidValue('XML name', name)
  if (Array.isArray(value)) return value.map((item) => element(name, item)).join('')
  if (!isJsonObject(value)) return wrap(name, '', escapeXml(scalarText(value), 'text'))
  return wrap(name, attributes(value), content(value))
}

function wrap(name: string, attributeText: string, inner: string): string {
  return inner === '' ? `<${name}${attributeText}/>` : `<${name}${attributeText}>${inner}</${name}>`
}

function attributes(value: JsonObject): string {
  return Object.entries(value)
    .filter(([key]) => key.startsWith('@'))
    .map(([key, item]) => attribute(key.slice(1), item))
    .join('')
}

function attribute(name: string, value: Json): string {
  if (!isXmlName(name)) throw new InvalidValue('XML attribute name', name)
  return ` ${name}="${escapeXml(scalarText(value), 'attribute')}"`
}

function content(value: JsonObject): string {
  return Object.entries(value)
    .filter(([key]) => !key.startsWith('@'))
    .map(([key, item]) =>
      key === '#text' ? escapeXml(scalarText(item), 'text') : key === '#cdata' ? cdata(item) : element(key, item),
    )
    .join('')
}

/** `]]>` is cut in two, so that nothing ends the section before its time. */
function cdata(value: Json): string {
  const text = speakableXml(scalarText(value).toWellFormed())
  return text === '' ? '' : `<![CDATA[${text.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`
}

/** A document of one element. Throws InvalidValue for a list, which would be several, and for a key that is no XML name. */
export function xmlDocument(root: string, value: Json): string {
  if (Array.isArray(value)) throw new InvalidValue('document with one root element', root)
  return `<?xml version="1.0"?>${element(root, value)}`
}
