import { LeadlineError } from '@leadline/domain'
import { checkFlows, describeMistake, type Environment } from '@leadline/flows'
import type { CommandTools } from './command-tools.ts'

const usage = `npm run check-flows -- DIR
  Reads every *.yaml and *.yml of DIR as the services would, and prints all mistakes of all files:
  file:line:column: field: what is wrong; did you mean "…"?
  Variables that the flows name (\${NAME}) are taken from the environment. Exit code 1 when there are mistakes.
`

/** The command: prints what is wrong and returns the exit code. */
export async function runCheckFlows(args: readonly string[], env: Environment, { out, error }: CommandTools): Promise<number> {
  const [directory, ...more] = args
  if (directory === undefined || directory.startsWith('-') || more.length > 0) {
    error(usage)
    return 2
  }
  try {
    const { files, mistakes } = await checkFlows(directory, env)
    for (const mistake of mistakes) out(describeMistake(mistake))
    out(summaryOf(files, mistakes.length))
    return mistakes.length === 0 ? 0 : 1
  } catch (thrown) {
    if (!(thrown instanceof LeadlineError)) throw thrown
    error(`check-flows: ${thrown.message}`)
    return 2
  }
}

function summaryOf(files: number, mistakes: number): string {
  const counted = mistakes === 0 ? 'no mistakes' : mistakes === 1 ? '1 mistake' : `${mistakes} mistakes`
  return `${counted} in ${files} ${files === 1 ? 'file' : 'files'}`
}
