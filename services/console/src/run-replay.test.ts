import { sampleCompleted, sampleLeadId, sampleOrder, storedEvents } from '@leadline/store/sample-events'
import { describe, expect, test, vi } from 'vitest'
import { openConsole, type Scenario } from './console-scenario.ts'
import { runReplay } from './run-replay.ts'

/** A terminal whose API is the console on a real port. `wait` runs while the command waits between two looks. */
async function terminalOf({ server }: Scenario, wait: () => Promise<void> = async () => undefined) {
  const lines: string[] = []
  const errors: string[] = []
  const url = await server.listen()
  const terminal = { fetch, wait, url, out: (line: string) => lines.push(line), error: (line: string) => errors.push(line) }
  return { terminal, lines, errors }
}

describe('npm run replay', () => {
  test('with --dry-run prints what would run and orders nothing', async () => {
    await using console = await openConsole()
    const { terminal, lines } = await terminalOf(console)
    expect(await runReplay(['--flow', 'demo', '--outcome', 'error', '--rate', '1', '--dry-run'], terminal)).toBe(0)
    expect(lines).toEqual([
      'would start    2 leads (error 2)',
      'not repeated   2 calls that already succeeded (phone 2)',
      'takes about    2 s to start',
      `for example    ${sampleLeadId(3)}  ${sampleLeadId(4)}`,
    ])
    expect(await console.orders()).toEqual([])
  })

  test('orders, then follows until every lead has ended', async () => {
    await using console = await openConsole()
    const wait = vi
      .fn<() => Promise<void>>()
      .mockImplementationOnce(() => recordOrder(console, { started: 1 }))
      .mockImplementationOnce(async () => {
        await recordOrder(console, { started: 2, status: 'completed' })
        await recordEnds(console)
      })
    const { terminal, lines } = await terminalOf(console, wait)
    expect(await runReplay(['--flow', 'demo', '--outcome', 'error', '--new-keys', '--rerun-succeeded'], terminal)).toBe(0)
    expect(await console.orders()).toMatchObject([{ idempotencyKeys: 'new', succeededSteps: 'run', orderedBy: 'replay command' }])
    expect(lines.slice(1)).toEqual([
      'starting: 1 of 2 started, 0 ended (success 0, failure 0, error 0)',
      'completed: 2 of 2 started, 2 ended (success 2, failure 0, error 0)',
    ])
  })

  test('says when nobody works on the order', async () => {
    await using console = await openConsole()
    const { terminal, errors } = await terminalOf(console)
    expect(await runReplay(['--lead', sampleLeadId(3)], terminal)).toBe(1)
    expect(errors[0]).toContain('is the recorder running?')
  })

  test.each([
    [['--outcome', 'maybe'], 'filter.outcome: must be one of success, failure, error [INVALID_VALUE]'],
    [[], 'a replay needs a filter, or a range of a topic [REPLAY_FILTER_EMPTY]'],
  ])('%j is refused with the words of the API, exit code 1', async (args, words) => {
    await using console = await openConsole()
    const { terminal, errors } = await terminalOf(console)
    expect(await runReplay(args, terminal)).toBe(1)
    expect(errors).toEqual([`replay: ${words}`])
  })

  test('says so when nothing answers', async () => {
    await using console = await openConsole()
    const { terminal, errors } = await terminalOf(console)
    expect(await runReplay(['--flow', 'demo', '--url', 'http://127.0.0.1:1'], terminal)).toBe(1)
    expect(errors[0]).toContain('no answer from http://127.0.0.1:1')
  })

  test.each([[['--colour', 'red']], [['--rate', 'fast', '--flow', 'demo']], [['--topic', 'dead-letters', '--flow', 'demo']]])(
    '%j gives the usage and exit code 2',
    async (args) => {
      await using console = await openConsole()
      const { terminal, errors } = await terminalOf(console)
      expect(await runReplay(args, terminal)).toBe(2)
      expect(errors[0]).toContain('npm run replay -- FILTER')
    },
  )

  test('--help gives the usage', async () => {
    await using console = await openConsole()
    const { terminal, lines } = await terminalOf(console)
    expect(await runReplay(['--help'], terminal)).toBe(0)
    expect(lines[0]).toContain('--from-offset')
  })
})

async function recordOrder({ store, orders }: Scenario, fields: Parameters<typeof sampleOrder>[0]): Promise<void> {
  const [order] = await orders()
  const event = sampleOrder({ ...order, ...fields })
  const coordinates = { topic: 'leadline.replays', partition: 0, offset: event.started }
  await store.record([{ type: 'replay', event, coordinates }])
}

async function recordEnds({ store, orders }: Scenario): Promise<void> {
  const replayId = (await orders())[0]?.replayId ?? ''
  const ends = [3, 4].map((n) => sampleCompleted({ leadId: sampleLeadId(n), generation: 1, replayId }))
  await store.record(storedEvents(ends.map((event) => ({ type: 'completed', event }))))
}
