import { registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { Mutant } from './mutants.ts'

const root = new URL('../../../', import.meta.url)

/**
 * Makes this thread load a product file with one passage replaced, after its types are gone; the file itself is left alone. To be
 * called before the file is first loaded. Throws, when the file is loaded, unless the passage is there exactly once: a mutant that
 * is no mutant must not pass.
 */
export function mutateEngine({ name, file, passage, instead }: Mutant): void {
  const target = new URL(file, root).href
  registerHooks({
    load: (url, context, nextLoad) => {
      const loaded = nextLoad(url, context)
      if (url !== target) return loaded
      const source =
        loaded.source === undefined || loaded.source === null ? '' : Buffer.from(loaded.source as Uint8Array).toString()
      return { ...loaded, source: replaceOnce(source, { passage, instead, where: `${name}: ${fileURLToPath(url)}` }) }
    },
  })
}

export function replaceOnce(source: string, edit: { passage: string; instead: string; where: string }): string {
  const [before, after, ...more] = source.split(edit.passage)
  if (before === undefined || after === undefined || more.length > 0) {
    throw new Error(`mutant ${edit.where} has the passage ${more.length + (after === undefined ? 0 : 1)} times: ${edit.passage}`)
  }
  return before + edit.instead + after
}
