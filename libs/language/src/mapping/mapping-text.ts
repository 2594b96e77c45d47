import { SyntaxMistake } from '../syntax-mistake.ts'
import type { MappingSpec } from './mapping.ts'

const direct = /^\s*(\S+)\s*(?:→|->)\s*(\S+)\s*$/
const conditional = /^\s*if\s+(.+?)\s+then\s+([^\s=]+)\s*=\s*(.+?)\s*$/s
const plain = /^\s*([^\s=]+)\s*=\s*(.+?)\s*$/s

/**
 * A mapping in words: `lead.first_name → firstName`, `territory = 'West'`, `if lead.state == 'CA' then territory = 'West'`. Throws
 * `SyntaxMistake`.
 */
export function readMapping(text: string): MappingSpec {
  const [, from, to] = direct.exec(text) ?? []
  if (from !== undefined && to !== undefined) return { property: to, value: `{{${from}}}` }
  const [, rules, property, value = ''] = conditional.exec(text) ?? []
  if (rules !== undefined && property !== undefined) return { property, value: `{{${value}}}`, rules }
  const [, target, source] = plain.exec(text) ?? []
  if (target !== undefined && source !== undefined) return { property: target, value: `{{${source}}}` }
  throw new SyntaxMistake(
    `"${text}" is not a mapping like "lead.email -> address" or "if lead.age >= 65 then segment = 'Senior'"`,
    text,
    0,
  )
}
