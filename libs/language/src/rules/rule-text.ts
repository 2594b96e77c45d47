import { told } from '../explain.ts'
import { compileStandaloneExpression } from '../template/standalone-expression.ts'
import { isTruthy } from '../truth.ts'
import type { View } from '../view.ts'
import { allOf, oneOf } from './combine.ts'
import { operators } from './operators.ts'
import { compileRule, passed, type RuleOptions, type RuleSpec, type Rules } from './rule.ts'

/**
 * A rule in words: `state is TX`, `lead.age >= 65`, `lead.tags includes auto and lead.phone is valid`. What is more than that is an
 * expression that must be true. Throws `SyntaxMistake`.
 */
export function compileRuleText(text: string, known: RuleOptions = {}): Rules {
  return compileWords(text, known) ?? compileTruth(text, known)
}

function compileWords(text: string, known: RuleOptions): Rules | undefined {
  if (/[(?{]|&&|\|\|/.test(text)) return undefined
  const single = readRule(text)
  if (single !== undefined && !joining.test(text)) return compileRule(single, known)
  const options = text.split(/\s+or\s+/i).map((option) => conjunction(option, known))
  if (options.every((option) => option !== undefined)) return options.length === 1 ? options[0] : oneOf(options)
  return single === undefined ? undefined : compileRule(single, known)
}

const joining = /\s(?:and|or)\s/i

/** `is between 40 and 45 and state is TX`: a part that is no rule belongs to the one before it. */
function conjunction(text: string, known: RuleOptions): Rules | undefined {
  const parts: string[] = []
  for (const part of text.split(/\s+and\s+/i)) {
    const before = parts.at(-1)
    if (before !== undefined && readRule(part) === undefined) parts[parts.length - 1] = `${before} and ${part}`
    else parts.push(part)
  }
  const rules = parts.map(readRule)
  return rules.every((rule) => rule !== undefined) ? allOf(rules.map((rule) => compileRule(rule, known))) : undefined
}

interface Phrase {
  readonly name: string
  readonly wordy: boolean
  readonly takes: 'nothing' | 'something'
}

const phrases: readonly Phrase[] = operators
  .flatMap(({ names, needs }) =>
    names.map((name): Phrase => ({ name, wordy: /\w/.test(name), takes: needs === 'nothing' ? 'nothing' : 'something' })),
  )
  .sort((a, b) => b.name.length - a.name.length)

function readRule(text: string): RuleSpec | undefined {
  const [, lhv, rest = ''] = /^\s*([\p{L}_$@][\p{L}\p{N}_$@.-]*)\s*(.*?)\s*$/su.exec(text) ?? []
  if (lhv === undefined) return undefined
  const words = rest.replace(/\s+/g, ' ')
  const phrase = phrases.find(({ name, wordy, takes }) => {
    if (!words.toLowerCase().startsWith(name)) return false
    const after = words.slice(name.length)
    if (takes === 'nothing') return after === ''
    return after !== '' && (!wordy || after.startsWith(' '))
  })
  if (phrase === undefined) return undefined
  const wanted = words.slice(phrase.name.length).trim()
  return phrase.takes === 'nothing' ? { lhv, op: phrase.name } : { lhv, op: phrase.name, rhv: readWanted(wanted) }
}

// A comma in quotes belongs to its item.
const listItem = /(?:^|,)\s*("[^"]*"|'[^']*'|[^,]*?)\s*(?=,|$)/g

/** `'CA'` → CA, `['CA', 'TX']` → a list; everything else as it is written. */
function readWanted(text: string): string | readonly string[] {
  const [, listed] = /^\[(.*)\]$/s.exec(text) ?? []
  if (listed !== undefined) return Array.from(listed.matchAll(listItem), ([, item = '']) => unquoted(item))
  return unquoted(text)
}

function unquoted(text: string): string {
  return /^(["']).*\1$/s.test(text) ? text.slice(1, -1) : text
}

function compileTruth(text: string, known: RuleOptions): Rules {
  const read = compileStandaloneExpression(text.replace(/^\s*\{\{([^{}]*)\}\}\s*$/, '$1'), known)
  const reason = `${text.trim().slice(0, 200)} must hold`
  const holds = told(reason, (view: View) => isTruthy(read(view)), known.explain)
  return (view) => (holds(view) ? passed : { type: 'fail', reason })
}
