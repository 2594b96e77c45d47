// Plain JavaScript: what would take the types from it is what must not run here. See start-thread.ts.
import { registerHooks } from 'node:module'
import { receiveMessageOnPort, workerData } from 'node:worker_threads'

const { module, data, port, answers, keepsWebAssembly } = workerData

// Packages that would use it do without.
if (!keepsWebAssembly) delete globalThis.WebAssembly

registerHooks({
  load: (url, context, nextLoad) => {
    if (!url.endsWith('.ts')) return nextLoad(url, context)
    const before = Atomics.load(answers, 0)
    port.postMessage(url)
    // It may also be woken, late, for the file before.
    let answer
    do {
      Atomics.wait(answers, 0, before)
      answer = receiveMessageOnPort(port)
    } while (answer === undefined)
    const { source, failure } = answer.message
    if (failure !== undefined) throw new Error(failure)
    return { format: 'module', source, shortCircuit: true }
  },
})

const { runThread } = await import(module)
await runThread(data)
