import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { summaryOf } from './test-summary.ts'

// What `npm test` runs: every test once, on this Node, with the counts as the last line.
const require = createRequire(import.meta.url)
const vitest = join(dirname(require.resolve('vitest/package.json')), 'vitest.mjs')
const directory = await mkdtemp(join(tmpdir(), 'leadline-test-'))
const report = join(directory, 'report.json')
const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...process.argv.slice(2)]
const root = join(import.meta.dirname, '..')
const child = spawn(process.execPath, [vitest, ...args], { cwd: root, stdio: 'inherit' })
const [exitCode]: unknown[] = await once(child, 'exit')
const summary = summaryOf(await readFile(report, 'utf8').catch(() => undefined), exitCode === 0)
await rm(directory, { recursive: true })
process.exitCode = summary.ok ? 0 : 1
console.log(summary.line)
