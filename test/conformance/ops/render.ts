import { compileTemplate, type TemplateContext } from '@leadline/language'
import { textIn } from '../given.ts'
import type { Op } from '../op.ts'
import { viewIn } from '../view-in.ts'

/** `as` (or `format`) names the kind of text that the template makes; without one the value keeps its type. */
export const render: Op = (given) => {
  const context = contexts.get(String(given['as'] ?? given['format'] ?? given['escape'] ?? 'text')) ?? 'text'
  const template = compileTemplate(textIn(given, 'template'), context, {
    unknown: given['strict'] === true ? 'mistake' : 'blank',
  })
  const view = viewIn(given)
  const value = context === 'text' ? template.value(view) : template.text(view)
  return { value: value ?? null }
}

const contexts: ReadonlyMap<string, TemplateContext> = new Map<string, TemplateContext>([
  ['json', 'json'],
  ['xml', 'xml'],
  ['url', 'url'],
  ['form', 'form'],
  ['csv', 'csv'],
  ['header', 'header'],
])
