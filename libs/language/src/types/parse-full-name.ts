/** The parts of a name as it is written in English; null: not there. */
export interface FullName {
  readonly salutation: string | null
  readonly first_name: string | null
  readonly middle_name: string | null
  readonly last_name: string | null
  readonly suffix: string | null
}

const salutations = wordSet(
  'mr mrs ms miss mx dr prof professor sir madam dame lord lady rev reverend fr father hon judge capt captain col gen maj sgt lt',
)
const suffixes = wordSet('jr sr ii iii iv v vi 2nd 3rd 4th esq esquire md dds dvm do phd jd mba cpa rn pe')
// Words that begin a family name of several words.
const particles = wordSet(
  'da das de del della der den di do dos du el la las le los san santa st saint ten ter van vander vom von zu y bin ibn al',
)

/** Splits a name: `Dr. Ana M. de la Cruz, Jr.` has all five parts, `Cruz, Ana` is read as last name first. */
export function parseFullName(name: string): FullName {
  const [before = '', ...behind] = name.split(',').map((part) => part.trim())
  const rest = behind.filter((part) => part !== '')
  const lastFirst = rest.length > 0 && !wordsOf(rest[0] ?? '').every(isSuffix)
  const words = lastFirst ? wordsOf(rest.slice(0, 1).join(' ')) : wordsOf(before)
  const later = wordsOf(rest.slice(lastFirst ? 1 : 0).join(' '))
  const salutation = takeSalutation(words)
  const suffix = [...(lastFirst ? [] : takeSuffix(words)), ...later]
  const family = lastFirst ? wordsOf(before) : takeFamilyName(words, salutation.length > 0)
  const [first, ...middle] = words
  return {
    salutation: joined(salutation),
    first_name: first ?? null,
    middle_name: joined(middle),
    last_name: joined(family),
    suffix: joined(suffix.map((word) => word.replaceAll('.', ''))),
  }
}

function wordSet(words: string): ReadonlySet<string> {
  return new Set(words.split(' '))
}

function wordsOf(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '')
}

function bare(word: string): string {
  return word.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
}

function isSalutation(word: string): boolean {
  return salutations.has(bare(word))
}

function isSuffix(word: string): boolean {
  return suffixes.has(bare(word))
}

/** `Mr. & Mrs.` is one; a salutation never takes the only name. */
function takeSalutation(words: string[]): string[] {
  let end = 0
  while (end < words.length - 1 && (isSalutation(words[end] ?? '') || (end > 0 && /^(?:&|and)$/i.test(words[end] ?? '')))) end++
  return words.splice(0, end)
}

/** A suffix never takes the only name that is left, nor the second of two: `John Do` is a person. */
function takeSuffix(words: string[]): string[] {
  let from = words.length
  while (from > 2 && isSuffix(words[from - 1] ?? '')) from--
  return words.splice(from)
}

/** The last word with the particles before it. A single word is a first name, but a family name after a salutation. */
function takeFamilyName(words: string[], saluted: boolean): string[] {
  if (words.length === 1) return saluted ? words.splice(0) : []
  let from = words.length - 1
  while (from > 1 && particles.has(bare(words[from - 1] ?? ''))) from--
  return words.splice(Math.max(1, from))
}

function joined(words: readonly string[]): string | null {
  return words.length === 0 ? null : words.join(' ')
}
