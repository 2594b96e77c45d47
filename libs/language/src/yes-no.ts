const yes = new Set(['y', 'yes', 'true', 't', '1'])
const no = new Set(['n', 'no', 'false', 'f', '0'])

/** True and false as people write them, any case, punctuation ignored; undefined for other words. */
export function yesOrNo(text: string): boolean | undefined {
  const word = text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
  if (yes.has(word)) return true
  return no.has(word) ? false : undefined
}
