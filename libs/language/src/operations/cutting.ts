import { numberIn } from './operation.ts'
import { textOperation } from './text-operation.ts'

/** 1-based and inclusive, as integrators count: `substring lead.zip start="1" end="5"`. */
const substring = textOperation('substring', ['start|from', 'end|to?'], (text, [start, end]) => {
  const from = Math.max(1, Math.trunc(numberIn(start) ?? 1))
  return text.slice(from - 1, Math.max(0, Math.trunc(numberIn(end) ?? text.length)))
})

export const cuttingHelpers = [substring]

/** As in JavaScript: from 0, the end exclusive. */
export const cuttingMethods = [
  textOperation('substring', ['start', 'end?'], (text, [start, end]) => text.substring(numberIn(start) ?? 0, numberIn(end))),
  textOperation('substr', ['start', 'length?'], (text, [start, length]) => {
    const from = numberIn(start) ?? 0
    const at = from < 0 ? Math.max(0, text.length + from) : from
    return text.slice(at, at + Math.max(0, numberIn(length) ?? text.length))
  }),
  textOperation('charAt', ['index'], (text, [index]) => text.charAt(numberIn(index) ?? 0)),
  textOperation('trim', [], (text) => text.trim()),
  textOperation('trimStart', [], (text) => text.trimStart()),
  textOperation('trimEnd', [], (text) => text.trimEnd()),
]
