import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { expect, onTestFinished, test, vi } from 'vitest'
import { startThread } from './start-thread.ts'

/** Writes the files into a directory of their own, and gives the address of the first. */
function modules(files: Readonly<Record<string, string>>): URL {
  const directory = mkdtempSync(join(tmpdir(), 'leadline-thread-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text)
  return pathToFileURL(join(directory, Object.keys(files)[0] ?? ''))
}

const answering = `
import { parentPort } from 'node:worker_threads'
import { sum } from './sum.ts'
export async function runThread(numbers: readonly number[]): Promise<void> {
  const late: typeof import('./late.ts') = await import('./late.ts')
  parentPort?.postMessage({ sum: sum(numbers), late: late.word, wasm: typeof globalThis.WebAssembly })
}
`

test('runs TypeScript with what it imports, early and late, and has no WebAssembly', async () => {
  const thread = startThread(
    modules({
      'answering.ts': answering,
      'sum.ts': 'export const sum = (numbers: readonly number[]): number => numbers.reduce((a: number, b: number) => a + b, 0)',
      'late.ts': "export const word: string = 'late'",
    }),
    [1, 2, 39],
  )
  const [answer] = await once(thread, 'message')
  expect(answer).toEqual({ sum: 42, late: 'late', wasm: 'undefined' })
  await once(thread, 'exit')
})

test.each([
  ['is no TypeScript', { 'sum.ts': 'export const sum = (' }, /sum\.ts cannot be loaded: /],
  ['is not there', {}, /Cannot find module .*sum\.ts/],
])('a file that %s is named in its error', async (_, files, message) => {
  const thread = startThread(modules({ 'answering.ts': answering, ...files }), [])
  const failed = await once(thread, 'message').catch((error: unknown) => error)
  expect(failed).toMatchObject({ message: expect.stringMatching(message) })
})

test('what it throws is its error', async () => {
  const thread = startThread(
    modules({ 'throwing.ts': "export async function runThread() { throw new Error('no luck') }" }),
    undefined,
  )
  await expect(once(thread, 'message')).rejects.toThrow('no luck')
})

test('being woken for the file before, late, is not taken for an answer', async () => {
  const { notify } = Atomics
  const pause = new Int32Array(new SharedArrayBuffer(4))
  vi.spyOn(Atomics, 'notify').mockImplementation((array, index) => {
    notify(array as unknown as Int32Array, index)
    // The thread asks for its next file in this time, and waits for it.
    Atomics.wait(pause, 0, 0, 50)
    return notify(array as unknown as Int32Array, index)
  })
  onTestFinished(() => void vi.restoreAllMocks())
  const thread = startThread(
    modules({ 'answering.ts': answering, 'sum.ts': 'export const sum = () => 7', 'late.ts': "export const word = 'late'" }),
    [],
  )
  const [answer] = await once(thread, 'message')
  expect(answer).toMatchObject({ sum: 7, late: 'late' })
})

test('can be ended while it waits for a file', async () => {
  const thread = startThread(modules({ 'answering.ts': answering, 'sum.ts': '', 'late.ts': '' }), [])
  await once(thread, 'online')
  // It asks for a file in this time, and nobody answers.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200)
  expect(await thread.terminate()).toBe(1)
})

test('lets its process end once it has ended, and says nothing of how it was started', async () => {
  const main = modules({
    'main.ts': `import { startThread } from ${JSON.stringify(new URL('./start-thread.ts', import.meta.url).href)}
startThread(new URL('./short.ts', import.meta.url), undefined)`,
    'short.ts': 'export async function runThread(): Promise<void> {}',
  })
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [fileURLToPath(main)], { timeout: 30_000 })
  expect({ stdout, stderr }).toEqual({ stdout: '', stderr: '' })
})
