import { enableCompileCache, flushCompileCache } from 'node:module'
import { parentPort } from 'node:worker_threads'
import { type Mutant, mutants } from './mutants/mutants.ts'
import { mutateEngine } from './mutants/mutate-engine.ts'
import type { SeedRequest } from './seed-messages.ts'

// Every thread loads the product anew: from the cache of compiled code it takes a third of the time.
enableCompileCache()

/** What `startThread` calls. */
export async function runThread({ mutant: asked }: { mutant: string | null }): Promise<void> {
  // The engine must be loaded after the mutant has been put in place, so nothing above may import it.
  const mutant: Mutant | undefined = mutants.find(({ name }) => name === asked)
  if (mutant !== undefined) mutateEngine(mutant)
  const { runSeed, shrinkSeed } = await import('./run-seed.ts')
  flushCompileCache()

  // Every lane that is lost makes an error, whose stack nobody looks at.
  Error.stackTraceLimit = 0

  parentPort?.on('message', async (request: SeedRequest) => {
    parentPort?.postMessage(request.type === 'run' ? await runSeed(request.seed) : await shrinkSeed(request.seed))
  })
}
