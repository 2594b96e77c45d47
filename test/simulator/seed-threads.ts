import type { Worker } from 'node:worker_threads'
import { startThread } from '@leadline/service'
import type { SeedAnswer, SeedRequest, ShrinkAnswer } from './seed-messages.ts'

/** Runs seeds on threads of their own: plain Node loads the product there, mutated or not. */
export interface SeedThreads extends AsyncDisposable {
  /** Runs the seeds in order of number, several at once; ends early when `told` says so. */
  run(seeds: { from: number; count: number }, told: (answer: SeedAnswer) => 'go-on' | 'stop'): Promise<void>
  shrink(seed: number): Promise<ShrinkAnswer>
}

export function startSeedThreads(threads: number, mutant: string | null = null): SeedThreads {
  const module = new URL('./seed-thread.ts', import.meta.url)
  const workers = Array.from({ length: threads }, () =>
    // The Kafka client that the drivers use cannot be loaded without WebAssembly.
    startThread(module, { mutant }, { keepsWebAssembly: true, resourceLimits: { maxYoungGenerationSizeMb: 64 } }),
  )

  async function run(seeds: { from: number; count: number }, told: (answer: SeedAnswer) => 'go-on' | 'stop'): Promise<void> {
    let next = seeds.from
    const work = async (worker: Worker): Promise<void> => {
      while (next < seeds.from + seeds.count) {
        const answer = await ask<SeedAnswer>(worker, { type: 'run', seed: next++ })
        if (told(answer) === 'stop') next = seeds.from + seeds.count
      }
    }
    await Promise.all(workers.map(work))
  }

  return {
    run,
    shrink: (seed) => {
      const [worker] = workers
      if (worker === undefined) throw new RangeError('there are no threads')
      return ask<ShrinkAnswer>(worker, { type: 'shrink', seed })
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(workers.map((worker) => worker.terminate()))
    },
  }
}

function ask<A>(worker: Worker, request: SeedRequest): Promise<A> {
  const { promise, resolve, reject } = Promise.withResolvers<A>()
  const failed = (error: unknown): void => reject(error)
  worker.once('error', failed)
  worker.once('message', (answer: A) => {
    worker.off('error', failed)
    resolve(answer)
  })
  worker.postMessage(request)
  return promise
}
