import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const run = promisify(execFile)

test('the log loads under Node itself, whose view of CommonJS is narrower than that of the tests', async () => {
  const code = `const log = await import('@leadline/log'); console.log(Object.keys(log).join(' '))`

  const { stdout, stderr } = await run(process.execPath, ['--input-type=module', '-e', code], { cwd: import.meta.dirname })

  expect(stdout).toContain('openKafkaLog')
  expect(stderr).toBe('')
})
