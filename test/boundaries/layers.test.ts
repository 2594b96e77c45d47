import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = new URL('../..', import.meta.url).pathname

/** Lints `code` as if it stood at `path`: in a copy of the configuration, so that nothing is planted in the tree itself. */
function lint(path: string, code: string): string {
  const tree = mkdtempSync(`${tmpdir()}/leadline-layers-`)
  for (const file of ['biome.json', '.gitignore', 'test/boundaries/clock-from-outside.grit']) {
    mkdirSync(dirname(`${tree}/${file}`), { recursive: true })
    copyFileSync(root + file, `${tree}/${file}`)
  }
  mkdirSync(dirname(`${tree}/${path}`), { recursive: true })
  writeFileSync(`${tree}/${path}`, code)
  const { stdout, stderr } = spawnSync(`${root}node_modules/.bin/biome`, ['lint', path], { cwd: tree, encoding: 'utf8' })
  rmSync(tree, { recursive: true })
  return stdout + stderr
}

describe('the layer guard', () => {
  it.each([
    ['libs/domain/src/planted.ts', "import '@leadline/log'\n"],
    ['libs/log/src/planted.ts', "import '@leadline/engine'\n"],
    ['libs/engine/src/planted.ts', "import '@leadline/store'\n"],
    ['libs/connectors/src/planted.ts', "import '@leadline/flows'\n"],
    ['services/worker/src/planted.ts', "import '@leadline/gateway'\n"],
  ])('bites on a planted import against the layers in %s', (path, code) => {
    expect(lint(path, code)).toContain('noRestrictedImports')
  })

  it.each([
    ['libs/engine/src/planted.ts', "import '@leadline/log'\n"],
    ['services/worker/src/planted.ts', "import '@leadline/engine'\n"],
  ])('lets an import along the layers pass in %s', (path, code) => {
    expect(lint(path, code)).not.toContain('noRestrictedImports')
  })

  it.each(['Date.now()', 'Math.random()', 'setTimeout(() => {}, 1)'])('bites on %s in the engine', (call) => {
    expect(lint('libs/engine/src/planted.ts', `export const planted = ${call}\n`)).toContain(
      'takes time and chance from its Clock',
    )
  })
})
