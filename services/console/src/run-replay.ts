import { LeadlineError, toLeadlineError } from '@leadline/domain'
import { parseReplayArguments, type ReplayCommand, replayUsage } from './replay-arguments.ts'
import { type Preview, type Progress, type ReplayClient, replayClient } from './replay-client.ts'

export interface ReplayTerminal {
  readonly fetch: typeof fetch
  /** Resolves after so many milliseconds. */
  readonly wait: (ms: number) => Promise<void>
  readonly out: (line: string) => void
  readonly error: (line: string) => void
  /** Where the API is when --url does not say. */
  readonly url: string
}

const pollMs = 500
/** How often the recorder may not yet know of an order that was just accepted. */
const patience = 120

/** Runs the replay command; resolves with its exit code. */
export async function runReplay(args: readonly string[], terminal: ReplayTerminal): Promise<0 | 1 | 2> {
  const command = readCommand(args, terminal)
  if (command === undefined) return 2
  if (command.type === 'help') {
    terminal.out(replayUsage)
    return 0
  }
  const client = replayClient(command.url ?? terminal.url, terminal.fetch)
  try {
    if (command.dryRun) describePreview(await client.preview(command.body), terminal.out)
    else await orderAndFollow(client, command.body, terminal)
    return 0
  } catch (thrown) {
    terminal.error(`replay: ${toLeadlineError(thrown).message}`)
    return 1
  }
}

function readCommand(args: readonly string[], { error }: ReplayTerminal): ReplayCommand | undefined {
  try {
    return parseReplayArguments(args)
  } catch (thrown) {
    error(`replay: ${toLeadlineError(thrown).message}\n\n${replayUsage}`)
    return undefined
  }
}

function describePreview(preview: Preview, out: (line: string) => void): void {
  const { leads, running, unknown, records, byOutcome, alreadySucceeded, sample, durationSeconds } = preview
  const outcomes = Object.entries(byOutcome).filter(([, count]) => count > 0)
  out(
    `would start    ${leads} leads${outcomes.length > 0 ? ` (${outcomes.map(([name, count]) => `${name} ${count}`).join(', ')})` : ''}`,
  )
  if (records > 0) out(`would resend   ${records} records that never were a lead`)
  if (running > 0) out(`still running  ${running} leads, left out`)
  if (unknown > 0) out(`unknown        ${unknown} leads, left out`)
  const steps = alreadySucceeded.steps.map(({ step, leads: count }) => `${step} ${count}`).join(', ')
  out(`not repeated   ${alreadySucceeded.calls} calls that already succeeded${steps === '' ? '' : ` (${steps})`}`)
  out(`takes about    ${durationSeconds} s to start`)
  if (sample.length > 0) out(`for example    ${sample.slice(0, 3).join('  ')}`)
}

async function orderAndFollow(
  client: ReplayClient,
  body: Readonly<Record<string, unknown>>,
  terminal: ReplayTerminal,
): Promise<void> {
  const { replayId, total, records } = await client.order(body)
  terminal.out(`replay ${replayId}: ${total} leads${records > 0 ? `, ${records} records resent` : ''}`)
  let unseen = 0
  let last = ''
  for (;;) {
    const progress = await client.progress(replayId)
    if (progress === undefined && ++unseen > patience) {
      throw new LeadlineError('REPLAY_NOT_FOUND', 'the order was accepted, but nobody works on it: is the recorder running?')
    }
    const line = progress === undefined ? '' : progressLine(progress)
    if (line !== last) terminal.out(line)
    last = line
    if (progress?.status === 'completed') return
    await terminal.wait(pollMs)
  }
}

function progressLine({ status, total, started, completed, ended }: Progress): string {
  const { success, failure, error } = ended
  const done = `${completed} ended (success ${success}, failure ${failure}, error ${error})`
  return `${status}: ${started} of ${total} started, ${done}`
}
