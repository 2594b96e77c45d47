import { z } from 'zod'

const reportSchema = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.object({ status: z.string() })) })),
})

/** The last line of a run and whether it is a success. Without a report, or with none run, it is a failure. */
export function summaryOf(report: string | undefined, exitedWell: boolean): { line: string; ok: boolean } {
  const parsed = reportSchema.safeParse(report === undefined ? undefined : JSON.parse(report))
  if (!parsed.success) return { line: '0 passed, 1 failed', ok: false }
  const { numPassedTests: passed, numFailedTests, numPendingTests, numTodoTests, testResults } = parsed.data
  // A file that cannot be loaded has no failed test of its own.
  const brokenFiles = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  )
  const counted = numFailedTests + brokenFiles.length
  const failed = counted === 0 && (!exitedWell || passed === 0) ? 1 : counted
  const skipped = numPendingTests + numTodoTests
  return { line: `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`, ok: failed === 0 }
}
