/** Replaces secrets in a text by `***`. */
export type Redact = (text: string) => string

const mask = '***'

/**
 * Finds secrets by value: as they are, percent-encoded, JSON-escaped, and in base64 at any alignment (so inside `Basic` too).
 * Secrets under 4 characters are ignored; those under 8 must stand alone, not inside a word.
 */
export function createRedactor(secrets: readonly string[]): Redact {
  const kept = [...new Set(secrets)].filter((secret) => secret.length >= 4)
  if (kept.length === 0) return (text) => text
  const patterns = kept.flatMap(patternsOf).sort((a, b) => b.length - a.length)
  const pattern = new RegExp([...new Set(patterns)].join('|'), 'g')
  return (text) => text.replace(pattern, mask)
}

function patternsOf(secret: string): string[] {
  const encoded = encodeURIComponent(secret.toWellFormed())
  const texts = [secret, encoded, encoded.replaceAll('%20', '+'), JSON.stringify(secret).slice(1, -1)].map(escapePattern)
  // A number is also written in groups.
  const spellings = /^\d{6,}$/.test(secret) ? [...texts, [...secret].join('[ .-]?')] : texts
  const plain = secret.length < 8 ? spellings.map((text) => `(?<![A-Za-z0-9_-])${text}(?![A-Za-z0-9_-])`) : spellings
  return [...plain, ...base64Cores(secret).map(escapePattern)]
}

/** The characters of base64 that depend on the secret alone, for each of the three ways it can lie in groups of three bytes. */
function base64Cores(secret: string): string[] {
  const bytes = Buffer.from(secret)
  return [0, 1, 2].flatMap((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replaceAll('=', '')
    const first = Math.ceil((shift * 8) / 6)
    const last = Math.floor(((shift + bytes.length) * 8) / 6)
    const core = encoded.slice(first, last)
    return [core, core.replaceAll('+', '-').replaceAll('/', '_')]
  })
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
}
