import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runTarget } from './run-target.ts'
import { targets } from './targets.ts'

describe('what others write', () => {
  it.each(targets)('is read or refused, never more: $name', (target) => {
    expect(runTarget(target, 150, 20250101).found).toBeNull()
  })
})

describe('a run', () => {
  it('tells what it found, and how to find it again', () => {
    const property = fc.property(fc.nat(), (n) => n < 5)
    const run = runTarget({ name: 'small numbers', property }, 100, 1)
    expect(run.found).toMatch(/seed: 1[\s\S]*Counterexample: \[5\]/)
  })
})

describe('the command', () => {
  it('refuses a word that chooses nothing', () => {
    const command = fileURLToPath(new URL('./fuzz.ts', import.meta.url))
    const { status, stderr } = spawnSync(process.execPath, [command, '--runs', '10', '--only', 'zzz'], { encoding: 'utf8' })
    expect(status).toBe(1)
    expect(stderr).toContain('usage: npm run fuzz')
  })
})
