import { readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { fileURLToPath } from 'node:url'
import { MessageChannel, type ResourceLimits, Worker } from 'node:worker_threads'

export interface ThreadOptions {
  readonly keepsWebAssembly?: boolean
  readonly resourceLimits?: ResourceLimits
}

/**
 * Starts a thread that imports the module, which exports `runThread(data)`, and calls that with a copy of the data. What it throws,
 * and a file that cannot be loaded, is the thread's `error`.
 *
 * No WebAssembly runs in it. Node strips types by WebAssembly, and its V8 can free code twice that several threads have in common
 * when one of them ends: the whole process dies, in `Runtime_TierUpWasmToJSWrapper` of a thread that starts (V8 13.6 of Node 24;
 * https://github.com/nodejs/node/issues/64500). So the types are stripped here, one file at a time as the thread comes to need it,
 * and the thread has no `WebAssembly` at all, unless it is kept for a package that cannot be loaded without.
 */
export function startThread<Data>(
  module: URL,
  data: Data,
  { keepsWebAssembly = false, resourceLimits }: ThreadOptions = {},
): Worker {
  const { port1: ours, port2: theirs } = new MessageChannel()
  const answers = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
  ours.on('message', (url: string) => {
    ours.postMessage(loadFile(url))
    Atomics.add(answers, 0, 1)
    Atomics.notify(answers, 0)
  })
  // It keeps no process alive; the thread does, for as long as it lives.
  ours.unref()
  return new Worker(new URL('./thread-main.mjs', import.meta.url), {
    workerData: { module: module.href, data, port: theirs, answers, keepsWebAssembly },
    ...(resourceLimits && { resourceLimits }),
    transferList: [theirs],
  })
}

type LoadedFile = { readonly source: string } | { readonly failure: string }

function loadFile(url: string): LoadedFile {
  try {
    return { source: withoutTypes(readFileSync(fileURLToPath(url), 'utf8')) }
  } catch (thrown) {
    return { failure: `${fileURLToPath(url)} cannot be loaded: ${thrown instanceof Error ? thrown.message : thrown}` }
  }
}

/** Without Node's warning that the function may change: who starts Leadline can do nothing about it, and our tests tell if it does. */
function withoutTypes(source: string): string {
  const { emitWarning } = process
  process.emitWarning = () => undefined
  try {
    return stripTypeScriptTypes(source)
  } finally {
    process.emitWarning = emitWarning
  }
}
