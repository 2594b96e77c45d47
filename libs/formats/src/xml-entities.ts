import { speakableXml } from './escape-xml.ts'

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

const reference = /&(?:#x([0-9a-fA-F]+)|#(\d+)|([^;&\s]*));/g

/** Resolves the five entities of XML and character references. Throws what `mistake` makes for any other. */
export function decodeXmlText(text: string, mistake: () => Error): string {
  const speakable = speakableXml(text)
  if (!speakable.includes('&')) return speakable
  return speakable.replace(reference, (_, hex: string | undefined, decimal: string | undefined, name: string | undefined) => {
    const char = name === undefined ? charOf(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)) : entityOf(name)
    if (char === undefined) throw mistake()
    return char
  })
}

function entityOf(name: string): string | undefined {
  return Object.hasOwn(entities, name) ? entities[name] : undefined
}

/** Undefined for what is no character of XML 1.0 (2.2 Char). */
function charOf(code: number): string | undefined {
  if (!(code <= 0x10ffff) || (code >= 0xd800 && code <= 0xdfff)) return undefined
  const char = String.fromCodePoint(code)
  return speakableXml(char) === '' ? undefined : char
}
