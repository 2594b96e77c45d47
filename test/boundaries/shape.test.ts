import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const root = new URL('../..', import.meta.url).pathname
const sources = globSync(['libs/*/src/**/*.ts', 'services/*/src/**/*.ts'], { cwd: root })
const lengthOf = (file: string): number => readFileSync(root + file, 'utf8').split('\n').length - 1
const isTest = (file: string): boolean => file.endsWith('.test.ts')

describe('the shape of the code', () => {
  it('has a median source file of at most 100 lines', () => {
    const lengths = sources
      .filter((file) => !isTest(file))
      .map(lengthOf)
      .sort((a, b) => a - b)
    expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThanOrEqual(100)
  })

  it('has no file over 400 lines', () => {
    expect(sources.filter((file) => lengthOf(file) > 400)).toEqual([])
  })

  it('has no main.ts of 60 lines or more', () => {
    expect(sources.filter((file) => file.endsWith('/main.ts') && lengthOf(file) >= 60)).toEqual([])
  })

  it('never says any', () => {
    const saysAny = /(:|<|as|,|\|)\s*any\b(?!\s*[a-z])/
    const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\/|\/\/.*|'[^'\n]*'|`[^`]*`/g, '')
    expect(sources.filter((file) => saysAny.test(withoutComments(readFileSync(root + file, 'utf8'))))).toEqual([])
  })

  it('has no file named for nothing in particular', () => {
    expect(sources.filter((file) => /\/(utils?|helpers?|common|misc|manager)\b/.test(file))).toEqual([])
  })
})
