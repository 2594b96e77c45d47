import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { root } from '../acceptance/processes.ts'

export interface Sink extends AsyncDisposable {
  readonly url: string
}

/** Starts the sink as a process of its own, so that its work is not counted as ours. */
export async function startSink(delayMs: number): Promise<Sink> {
  const child = spawn(process.execPath, [`${root}test/bench/sink.ts`], {
    env: { DELAY_MS: String(delayMs) },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const { value: port } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next()
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      child.stdin.end()
      await exited
    },
  }
}
