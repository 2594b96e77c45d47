// Plain JavaScript: what would take the types from it is what must not run here. See start-thread.ts.
import { registerHooks } from 'node:module'
import { receiveMessageOnPort, workerData } from 'node:worker_threads'

const { module, data, port, answered, keepsWebAssembly } = workerData

// Packages that would use it do without.
if (!keepsWebAssembly) delete globalThis.WebAssembly

registerHooks({
  load: (url, context, nextLoad) => {
    if (!url.endsWith('.ts')) return nextLoad(url, context)
    port.postMessage(url)
    Atomics.wait(answered, 0, 0)
    Atomics.store(answered, 0, 0)
    const { source, failure } = receiveMessageOnPort(port).message
    if (failure !== undefined) throw new Error(failure)
    return { format: 'module', source, shortCircuit: true }
  },
})

const { runThread } = await import(module)
await runThread(data)
