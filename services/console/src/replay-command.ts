import { setTimeout as delay } from 'node:timers/promises'
import { toLeadlineError } from '@leadline/domain'
import { readConfig } from '@leadline/service'
import { runReplay } from './run-replay.ts'

try {
  process.exitCode = await runReplay(process.argv.slice(2), {
    fetch,
    wait: (ms) => delay(ms),
    out: (line) => process.stdout.write(`${line}\n`),
    error: (line) => process.stderr.write(`${line}\n`),
    url: readConfig(process.env).url,
  })
} catch (thrown) {
  process.stderr.write(`replay: ${toLeadlineError(thrown).message}\n`)
  process.exitCode = 1
}
