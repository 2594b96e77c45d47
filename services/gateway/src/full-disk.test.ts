import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { openSqliteLog } from '@leadline/log'
import { afterEach, beforeEach, expect, it } from 'vitest'

const main = fileURLToPath(new URL('main.ts', import.meta.url))
const flow =
  'flow: demo\ntitle: Demo\nsources: { open: { auth: none } }\nsteps:\n  - name: send\n    uses: http\n    with: { method: GET, url: http://example.com/ }\n'
let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'leadline-'))
  await writeFile(join(directory, 'demo.yaml'), flow)
})
afterEach(() => rm(directory, { recursive: true }))

it('a full disk means 503: what was answered 202 is in the log, nothing else was acknowledged, and the process lives on', {
  timeout: 30_000,
}, async () => {
  // Files of this process can grow to 2 MB (the unit of `ulimit -f` is 512 bytes, or 1 KB in bash): the log is full soon.
  const gateway = startGateway('ulimit -f 2048')
  const url = await addressOf(gateway)
  const statuses: number[] = []
  while (!statuses.includes(503) && statuses.length < 200) statuses.push(await submit(url))
  expect(new Set(statuses)).toEqual(new Set([202, 503]))
  expect(await submit(url)).toBe(503)
  expect((await fetch(`${url}/health/live`)).status).toBe(200)
  gateway.kill('SIGTERM')
  await once(gateway, 'exit')
  expect(gateway.exitCode).toBe(0)
  expect(await countReceived()).toBe(statuses.filter((status) => status === 202).length)
})

function startGateway(limit: string): ChildProcess {
  const env = {
    ...process.env,
    PORT: '0',
    LEADLINE_FLOWS: directory,
    LEADLINE_DATA: directory,
    TOPIC_PARTITIONS: '1',
    LOG_LEVEL: 'info',
  }
  return spawn('sh', ['-c', `${limit} && exec "$0" "$1"`, process.execPath, main], { env, stdio: ['ignore', 'pipe', 'inherit'] })
}

async function addressOf(gateway: ChildProcess): Promise<string> {
  if (!gateway.stdout) throw new Error('no output')
  for await (const line of createInterface(gateway.stdout)) {
    const { url } = JSON.parse(line)
    if (typeof url === 'string') return url
  }
  throw new Error('the gateway ended')
}

async function submit(url: string): Promise<number> {
  const body = JSON.stringify({ text: 'x'.repeat(50_000) })
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${url}/v1/flows/demo/sources/open/leads`, { method: 'POST', body, headers })
  await answer.arrayBuffer()
  return answer.status
}

async function countReceived(): Promise<number> {
  await using log = await openSqliteLog({ directory: join(directory, 'log') })
  const ends = await log.ends('leadline.leads.received')
  return ends.reduce((sum, { start, end }) => sum + end - start, 0)
}
