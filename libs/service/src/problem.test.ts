import { readFile } from 'node:fs/promises'
import { errorCodes, LeadlineError } from '@leadline/domain'
import { describe, expect, it } from 'vitest'
import { problemAnswers, problemOf, refusalOfMethod } from './problem.ts'

const page = await readFile(new URL('../../../docs/errors.md', import.meta.url), 'utf8')

describe('the page of errors', () => {
  it('has one paragraph for each code, and none for anything else', () => {
    const documented = [...page.matchAll(/^### (\S+)$/gm)].map(([, code]) => code)
    expect(documented.toSorted()).toEqual(Object.keys(errorCodes).toSorted())
  })

  it('says the status of each code that callers see', () => {
    const said = [...page.matchAll(/^### (\S+)\n(?:(?!^###)[\s\S])*?\((\d{3})\)$/gm)].map(([, code, status]) => [
      code,
      Number(status),
    ])
    const visible = Object.entries(problemAnswers).filter(([code, { status }]) => status !== 500 && code !== 'RECORD_TOO_LARGE')
    expect(Object.fromEntries(said)).toEqual(Object.fromEntries(visible.map(([code, { status }]) => [code, status])))
  })
})

describe('a problem document', () => {
  it('points at its paragraph and carries the facts of the error', () => {
    const error = new LeadlineError('BODY_UNPARSABLE', 'a comma is missing', { fields: { line: 3, column: 7 } })
    expect(problemOf(error)).toEqual({
      type: '/docs/errors.md#body_unparsable',
      title: 'The body cannot be read',
      status: 400,
      code: 'BODY_UNPARSABLE',
      detail: 'a comma is missing',
      line: 3,
      column: 7,
    })
  })

  it('keeps what happened inside to itself', () => {
    const error = new LeadlineError('UNEXPECTED', 'SELECT failed at /srv/store.db', { fields: { path: '/srv' } })
    expect(problemOf(error)).toEqual({
      type: '/docs/errors.md#unexpected',
      title: 'Unexpected error',
      status: 500,
      code: 'UNEXPECTED',
    })
  })
})

it('a method that an address does not have is refused with those that it has', () => {
  expect(refusalOfMethod('PUT', ['GET', 'POST'])).toMatchObject({ allow: 'GET, POST', error: { code: 'METHOD_NOT_ALLOWED' } })
})
