import { describe, expect, it } from 'vitest'
import type { Decision } from '../explain.ts'
import type { CriteriaSpec } from './criteria.ts'
import { compileCriteria } from './read-answer.ts'

const answer = (status: number, body: string, contentType?: string) => ({ status, contentType, setCookie: undefined, body })
const rule = (spec: CriteriaSpec, status: number, body: string, contentType?: string) =>
  compileCriteria(spec)(answer(status, body, contentType)).says.rule

describe('words that are looked for', () => {
  const refusal: CriteriaSpec = { search: { term: 'dupe', onMatch: 'failure' } }

  it('are asked for once', () => {
    const asked = (status: number) => {
      const told: Decision[] = []
      const { says } = compileCriteria(refusal, (decision) => told.push(decision))(answer(status, 'y'))
      expect(says.verdict).toBe(status === 200 ? 'success' : null)
      return told.filter((one) => one.type === 'question' && one.question.startsWith('search')).length
    }
    expect([asked(200), asked(404)]).toEqual([1, 1])
  })

  it('count when they refuse, whatever the status, also where the step names those of success', () => {
    const spec: CriteriaSpec = { ...refusal, successCodes: [200] }
    expect([200, 202, 404].map((status) => rule(spec, status, 'dupe'))).toEqual(['search-found', 'search-found', 'search-found'])
    expect(rule(spec, 202, 'stored')).toBe('nothing')
  })
})

describe('names in the body of success', () => {
  it.each<[string, CriteriaSpec['successWhen'], string, string]>([
    ['with blanks', { body: { 'Lead ID': { 'Is "new"': 1 } } }, '{"Lead ID":{"Is \\"new\\"":1}}', 'success-when'],
    ['below such', { body: { 'a b': { c: 1 } } }, '{"a b":{"c":2}}', 'not-success'],
    ['below plain ones', { body: { a: { 'b c': 1 } } }, '{"a":{"b c":1}}', 'success-when'],
    ['that are paths', { body: { 'a.b': 1, 'c["d e"]': 2 } }, '{"a":{"b":1},"c":{"d e":2}}', 'success-when'],
    ['that are XPath', { body: { '//b': 1 } }, '<a><b>1</b></a>', 'success-when'],
    ['that are selectors', { body: { 'p b': 'ok' } }, '<html><body><p><b>ok</b></p></body></html>', 'success-when'],
  ])('%s', (_, successWhen, body, expected) => {
    expect(rule({ successWhen }, 200, body)).toBe(expected)
  })
})
