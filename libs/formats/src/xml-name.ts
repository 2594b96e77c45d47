// XML 1.0, 2.3 NameStartChar and NameChar, without what many parsers do not know in names: characters beyond U+FFFF, and the blanks
// U+1680 and U+FEFF.
const start =
  ':A-Z_a-z\\u00c0-\\u00d6\\u00d8-\\u00f6\\u00f8-\\u02ff\\u0370-\\u037d\\u037f-\\u167f\\u1681-\\u1fff\\u200c\\u200d\\u2070-\\u218f\\u2c00-\\u2fef\\u3001-\\ud7ff\\uf900-\\ufdcf\\ufdf0-\\ufefe\\uff00-\\ufffd'
const more = '.0-9\\u00b7\\u0300-\\u036f\\u203f\\u2040-'
const name = new RegExp(`^[${start}][${start}${more}]*$`)
const first = new RegExp(`^[${start}]`)
const foreign = new RegExp(`[^${start}${more}]|:`, 'g')

/** Can stand as the name of an element or attribute, prefix included. */
export function isXmlName(text: string): boolean {
  return name.test(text)
}

/** The nearest name without a prefix: what cannot stand in one becomes `_`. */
export function asXmlName(text: string): string {
  const plain = text.replace(foreign, '_')
  return first.test(plain) ? plain : `_${plain}`
}
