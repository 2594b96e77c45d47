import { readFileSync } from 'node:fs'
import type { JsonObject } from '@leadline/domain'
import { describe, expect, it } from 'vitest'
import { helpers, methods } from '../operations/operations.ts'
import { ruleOperators } from '../rules/operators.ts'
import { compileTemplate } from '../template.ts'
import { viewWith } from './sample-view.ts'

const page = readFileSync(new URL('../../../../docs/language.md', import.meta.url), 'utf8')
const lead: JsonObject = JSON.parse(/`(\{ "first_name".*\})`/.exec(page)?.[1] ?? '')
const examples = Array.from(page.matchAll(/^(.*\{\{.*\}\}) → (.+)$/gm), ([, template = '', result = '']) => [
  template,
  JSON.parse(result),
])

describe('docs/language.md', () => {
  it('has examples', () => {
    expect(examples.length).toBeGreaterThan(30)
  })

  it.each(examples)('says what %s gives', (template, result) => {
    expect(compileTemplate(template, 'text').value(viewWith(lead, { now: '2025-03-05T00:00:00Z' }))).toEqual(result)
  })

  it.each([
    ['helper and method', [...helpers.keys(), ...methods.keys(), 'math']],
    ['operator', ruleOperators.filter((name) => !/one of|less than or|greater than or/.test(name))],
  ])('names every %s', (_kind, names) => {
    expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([])
  })
})
