import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, it } from 'vitest'
import { freePort } from '../acceptance/processes.ts'
import { collectGarbage } from './collect-garbage.ts'

/** Tells of its heap on each line it reads, after it has thrown 20 MB away. */
const program = `
  let garbage = Array.from({ length: 200_000 }, (_, index) => ({ index, text: String(index).repeat(10) }))
  garbage = undefined
  console.log('ready')
  process.stdin.on('data', () => console.log(process.memoryUsage().heapUsed))
`

it('leaves a process with what it holds', async () => {
  const port = await freePort()
  const child = spawn(process.execPath, [`--inspect=127.0.0.1:${port}`, '-e', program], { stdio: ['pipe', 'pipe', 'ignore'] })
  try {
    await once(child.stdout, 'data')
    const heap = async () => {
      child.stdin.write('how much?\n')
      return Number(String((await once(child.stdout, 'data'))[0]))
    }
    const before = await heap()

    await collectGarbage(port)

    expect(await heap()).toBeLessThan(before - 10_000_000)
  } finally {
    child.kill('SIGKILL')
  }
})

it('says that nobody answers', async () => {
  await expect(collectGarbage(await freePort())).rejects.toThrow()
})
