import { parseArgs } from 'node:util'
import { invalid } from './invalid-field.ts'

export const replayUsage = `npm run replay -- FILTER [OPTIONS]
  Runs completed leads again: a new generation of each, history untouched.

Which leads (all must hold; at least one is needed):
  --flow NAME  --source NAME  --outcome success|failure|error  --reason TEXT
  --step NAME  --step-outcome success|failure|error  --class CLASS  --destination HOST:PORT
  --fingerprint HASH  --flow-version VERSION  --since TIME  --until TIME
  --lead ID             may be repeated
or those that records of a topic name (dead-letters, outcomes.error, leads.completed, leads.received, …):
  --topic NAME  --partition N  --from-offset N  --to-offset N  --since TIME  --until TIME

How:
  --from-step NAME      start at this step; default: the first
  --rerun-succeeded     call steps again that already succeeded
  --new-keys            calls carry new idempotency keys: destinations will not recognise them
  --rate N              leads started per second; default 50
  --dry-run             only count what would run
  --url URL             the API; default LEADLINE_URL, else http://127.0.0.1:8080

TIME is ISO 8601 or milliseconds since 1970. Exit code: 0 done, 1 refused or failed, 2 wrong arguments.
`

/** What the command was asked to do. `body` is that of POST /v1/replays. */
export type ReplayCommand =
  | { readonly type: 'help' }
  | {
      readonly type: 'replay'
      readonly body: Readonly<Record<string, unknown>>
      readonly dryRun: boolean
      readonly url: string | null
    }

const text = { type: 'string' } as const
const flag = { type: 'boolean' } as const
const options = {
  ...{ flow: text, source: text, outcome: text, reason: text, step: text, 'step-outcome': text, class: text },
  ...{ destination: text, fingerprint: text, 'flow-version': text, since: text, until: text },
  lead: { type: 'string', multiple: true },
  ...{ topic: text, partition: text, 'from-offset': text, 'to-offset': text },
  ...{ 'from-step': text, 'rerun-succeeded': flag, 'new-keys': flag, rate: text, 'dry-run': flag, url: text, help: flag },
} as const

/** Throws INVALID_VALUE with what is wrong; values themselves are checked by the API. */
export function parseReplayArguments(args: readonly string[]): ReplayCommand {
  const given = readArguments(args)
  if (given.help) return { type: 'help' }
  const dryRun = given['dry-run'] ?? false
  return {
    type: 'replay',
    dryRun,
    url: given.url ?? null,
    body: {
      ...selectionOf(given),
      ...(given['from-step'] !== undefined && { fromStep: given['from-step'] }),
      ...(given['rerun-succeeded'] && { succeededSteps: 'run' }),
      ...(given['new-keys'] && { idempotencyKeys: 'new' }),
      ...(given.rate !== undefined && { leadsPerSecond: numberOf('--rate', given.rate) }),
      ...(dryRun && { dryRun }),
      orderedBy: 'replay command',
    },
  }
}

type Given = ReturnType<typeof readArguments>

function readArguments(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, strict: true }).values
  } catch (thrown) {
    throw invalid('', thrown instanceof Error ? thrown.message : String(thrown))
  }
}

function selectionOf(given: Given) {
  if (given.topic === undefined) return { filter: filterOf(given) }
  const { since, until, ...others } = filterOf(given)
  const odd = Object.keys(others)[0]
  if (odd !== undefined) throw invalid('', `--topic cannot be combined with a filter (${odd})`)
  const numbers = { partition: given.partition, fromOffset: given['from-offset'], toOffset: given['to-offset'] }
  const range = Object.entries(numbers).flatMap(([name, value]) => (value === undefined ? [] : [[name, numberOf(name, value)]]))
  return { topic: { name: given.topic, ...Object.fromEntries(range), ...present({ since, until }) } }
}

function filterOf(given: Given): Record<string, string | string[]> {
  const { flow, source, outcome, reason, step, destination, fingerprint, since, until } = given
  return present({
    ...{ flow, source, outcome, reason, step, stepOutcome: given['step-outcome'], class: given.class },
    ...{ destination, fingerprint, flowVersion: given['flow-version'], since, until, leadIds: given.lead },
  })
}

function present(fields: Readonly<Record<string, string | string[] | undefined>>): Record<string, string | string[]> {
  return Object.fromEntries(Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
}

function numberOf(name: string, value: string): number {
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value)
  throw invalid('', `${name} must be a number, not ${JSON.stringify(value)}`)
}
