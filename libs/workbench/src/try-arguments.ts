import { parseArgs } from 'node:util'
import { LeadlineError } from '@leadline/domain'

export const usage = `npm run try -- FLOW STEP --lead FILE [--response FILE] [--appended FILE] [--source NAME] [--line N] [--live]
  Shows the request that a step of the flow file FLOW makes of a lead, and judges an answer, showing every decision.
  --lead      JSON of the submitted fields (of *.jsonl the first line, or the one of --line)
  --response  the answer: a status line, headers, an empty line and the body; or a body alone
  --appended  JSON of what earlier steps appended, by their names
  --source    who submitted the lead; the flow's first source unless told
  --live      makes the call, and judges what comes back
  Variables that the flow names (\${NAME}) are taken from the environment. Exit code 0 whatever the outcome, 2 for a mistake in the input.
`

/** What to try, and how the answer comes about. */
export interface TryArguments {
  readonly flow: string
  readonly step: string
  readonly lead: string
  /** 1 the first. */
  readonly line: number
  readonly appended: string | undefined
  readonly source: string | undefined
  readonly answer: { readonly type: 'none' } | { readonly type: 'live' } | { readonly type: 'file'; readonly file: string }
}

/** Throws CONFIGURATION for what cannot be meant. */
export function readTryArguments(args: readonly string[]): TryArguments {
  const { values, positionals } = parsed(args)
  const [flow, step, ...more] = positionals
  const { lead, response, live = false, line = '1' } = values
  if (flow === undefined || step === undefined || more.length > 0) throw mistake('needs a flow file and the name of a step')
  if (lead === undefined) throw mistake('needs --lead FILE')
  if (response !== undefined && live) throw mistake('--response and --live exclude each other')
  if (!/^[1-9]\d{0,8}$/.test(line)) throw mistake('--line is a number, 1 the first')
  const answer =
    response === undefined ? ({ type: live ? 'live' : 'none' } as const) : ({ type: 'file', file: response } as const)
  return { flow, step, lead, line: Number(line), appended: values.appended, source: values.source, answer }
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        lead: { type: 'string' },
        line: { type: 'string' },
        response: { type: 'string' },
        appended: { type: 'string' },
        source: { type: 'string' },
        live: { type: 'boolean' },
      },
    })
  } catch (thrown) {
    throw mistake(thrown instanceof Error ? thrown.message : String(thrown))
  }
}

function mistake(message: string): LeadlineError {
  return new LeadlineError('CONFIGURATION', message)
}
