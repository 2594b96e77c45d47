const references: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
}

// What XML 1.0 cannot carry, not even as a reference (2.2 Char).
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const unspeakable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g

const special = { text: /[&<>\r]/g, attribute: /[&<>"'\t\n\r]/g } as const

/** Without the characters that XML cannot carry. */
export function speakableXml(text: string): string {
  return text.replace(unspeakable, '')
}

/** Escaped for where it stands; characters that XML cannot carry are dropped, half surrogates become U+FFFD. */
export function escapeXml(text: string, place: 'text' | 'attribute'): string {
  return speakableXml(text.toWellFormed()).replace(special[place], (char) => references[char] ?? '')
}
