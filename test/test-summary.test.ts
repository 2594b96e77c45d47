import { expect, test } from 'vitest'
import { summaryOf } from './test-summary.ts'

const report = (counts: object, testResults: object[] = []) =>
  JSON.stringify({ numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults, ...counts })

test('a run in which everything passed says so', () => {
  expect(summaryOf(report({ numPassedTests: 3 }), true)).toEqual({ line: '3 passed, 0 failed', ok: true })
})

test('skipped tests are told, and are no failure', () => {
  expect(summaryOf(report({ numPassedTests: 3, numPendingTests: 2 }), true).line).toBe('3 passed, 0 failed, 2 skipped')
})

test('a failed test fails the run', () => {
  expect(summaryOf(report({ numPassedTests: 3, numFailedTests: 1 }), false)).toEqual({ line: '3 passed, 1 failed', ok: false })
})

test('a file that could not be loaded counts as a failure', () => {
  const broken = [{ status: 'failed', assertionResults: [] }]
  expect(summaryOf(report({ numPassedTests: 3 }, broken), false)).toEqual({ line: '3 passed, 1 failed', ok: false })
})

test('a run in which nothing ran, or that left no report, or that ended badly, fails', () => {
  expect(summaryOf(report({}), true).ok).toBe(false)
  expect(summaryOf(undefined, true)).toEqual({ line: '0 passed, 1 failed', ok: false })
  expect(summaryOf(report({ numPassedTests: 3 }), false)).toEqual({ line: '3 passed, 1 failed', ok: false })
})
