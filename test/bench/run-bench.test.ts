import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const run = (script: string, args: readonly string[]) =>
  spawnSync(process.execPath, [fileURLToPath(new URL(script, import.meta.url)), ...args], { encoding: 'utf8' })

describe('the benchmark command', () => {
  it('refuses transactions that nobody knows, and measures nothing', () => {
    const { status, stdout, stderr } = run('./run-bench.ts', ['language-types', '--transactions', 'groups'])
    expect(status).toBe(1)
    expect(stdout).toBe('')
    expect(stderr).toContain('no transactions groups\nnpm run bench')
  })

  it('refuses them for one benchmark too', () => {
    const { status, stdout } = run('./run-one.ts', ['language-types', 'usual', 'groups'])
    expect(status).toBe(1)
    expect(stdout).toBe('')
  })
})
