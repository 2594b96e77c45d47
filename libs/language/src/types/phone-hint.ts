/** What a writer says of a number beside it. */
export type PhoneHint = 'home' | 'work' | 'mobile' | 'fax'

const hints: ReadonlyMap<string, PhoneHint> = new Map([
  ...['h', 'home'].map((word): [string, PhoneHint] => [word, 'home']),
  ...['w', 'work', 'office', 'o', 'business', 'b'].map((word): [string, PhoneHint] => [word, 'work']),
  ...['m', 'mobile', 'c', 'cell', 'cellular'].map((word): [string, PhoneHint] => [word, 'mobile']),
  ...['f', 'fax'].map((word): [string, PhoneHint] => [word, 'fax']),
])

export interface Hinted {
  readonly number: string
  readonly hint: PhoneHint | null
}

/** Splits `737-874-2833 (w)` and `work: 737-874-2833` in the number and what kind it is. */
export function splitPhoneHint(text: string): Hinted {
  const trimmed = text.trim()
  const [, behind] = /[\d*]\s*\(?([a-z]{1,8})\)?$/i.exec(trimmed) ?? []
  const last = hints.get(behind?.toLowerCase() ?? '')
  if (last) return { number: trimmed.replace(/\s*\(?[a-z]+\)?$/i, ''), hint: last }
  const [prefix = '', before] = /^\(?([a-z]{1,8})\)?[:.\s]\s*(?=[\d(+*])/i.exec(trimmed) ?? []
  const first = hints.get(before?.toLowerCase() ?? '')
  return first ? { number: trimmed.slice(prefix.length), hint: first } : { number: trimmed, hint: null }
}
