import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const simulate = (...args: string[]) =>
  spawnSync(process.execPath, [fileURLToPath(new URL('./simulate.ts', import.meta.url)), ...args], { encoding: 'utf8' })

describe('the simulate command', () => {
  it('says how many seeds ran, and how long it took', () => {
    const { status, stdout } = simulate('--seeds', '3', '--from', '40', '--threads', '1')
    expect(status).toBe(0)
    expect(stdout).toMatch(/\n3 of 3 seeds from 40, \d+ events, [\d.]+ s, [\d.]+ seeds\/s\n0 violations\n$/)
  })

  it.each([
    [['--seeds', 'abc'], '--seeds is a whole number from 1, not abc'],
    [['--seeds', '0'], '--seeds is a whole number from 1, not 0'],
    [['--seed', '1.5'], '--seed is a whole number from 0, not 1.5'],
    [['--from', ''], '--from is a whole number from 0, not '],
    [['--threads', '1e3'], '--threads is a whole number from 1, not 1e3'],
  ])('runs nothing with %j', (args, said) => {
    expect(simulate(...args)).toMatchObject({ status: 2, stdout: '', stderr: `${said}\n` })
  })
})
