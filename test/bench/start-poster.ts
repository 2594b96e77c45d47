import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { root } from '../acceptance/processes.ts'

/** Leads per second that the address answers with 202. */
export async function postLeads(url: string): Promise<number> {
  const child = spawn(process.execPath, [`${root}test/bench/poster.ts`], {
    env: { URL: url },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const perSecond = Number(await text(child.stdout))
  if (!(perSecond > 0)) throw new Error('the leads were not all answered 202')
  return perSecond
}
