import { LeadlineError } from '@leadline/domain'
import type { Logger } from '@leadline/service'
import { expect, test } from 'vitest'
import { loggedReports } from './reports.ts'

test('what is away is told every five seconds, each reason by itself', () => {
  const told: unknown[] = []
  const logger = { warn: ({ code }: { code: string }) => told.push(code) } as unknown as Logger
  let now = 0
  const { unavailable } = loggedReports(logger, () => now)
  const [store, log] = [new LeadlineError('STORE_UNAVAILABLE', 'away'), new LeadlineError('LOG_UNAVAILABLE', 'away')]
  for (const error of [store, store, log, store]) unavailable(error, 50)
  expect(told).toEqual(['STORE_UNAVAILABLE', 'LOG_UNAVAILABLE'])
  now = 5_000
  unavailable(store, 50)
  expect(told).toHaveLength(3)
})
