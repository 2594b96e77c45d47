import { isPattern, patternIn, textIn } from './operation.ts'
import { textOperation } from './text-operation.ts'

/** Every place that the pattern matches. */
const replace = textOperation(
  'replace',
  ['pattern|find', 'replace|with|replacement?'],
  (text, [pattern, replacement]) => patternIn(pattern)?.replaceAll(text, textIn(replacement)) ?? text,
  ['pattern'],
)

/** Takes the given characters out; without any, the blanks at both ends. */
const strip = textOperation(
  'strip',
  ['characters|chars?', 'pattern?'],
  (text, [characters, pattern]) => {
    if (pattern !== undefined) return patternIn(pattern)?.replaceAll(text, '') ?? text
    if (characters === undefined) return text.trim()
    const unwanted = new Set(textIn(characters))
    return Array.from(text)
      .filter((character) => !unwanted.has(character))
      .join('')
  },
  ['pattern'],
)

export const replacingHelpers = [replace, strip]

/** As in JavaScript: a text is itself, and only a pattern with the flag g, or `replaceAll`, replaces more than once. */
export const replacingMethods = [
  textOperation('replace', ['what', 'with'], (text, [what, replacement]) => {
    if (!isPattern(what)) return text.replace(textIn(what), textIn(replacement))
    return what.global ? what.pattern.replaceAll(text, textIn(replacement)) : what.pattern.replaceFirst(text, textIn(replacement))
  }),
  textOperation('replaceAll', ['what', 'with'], (text, [what, replacement]) =>
    isPattern(what) ? what.pattern.replaceAll(text, textIn(replacement)) : text.replaceAll(textIn(what), textIn(replacement)),
  ),
]
