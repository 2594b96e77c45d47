import { type Profiler, Session } from 'node:inspector'
import { root } from '../acceptance/processes.ts'
import { type Stopwatch, startStopwatch } from './measure.ts'

const intervalUs = 500
const leastShare = 0.01

/** Microseconds of this thread by who used them, over all stopwatches so far. */
const used = new Map<string, number>()
let done = 0
let wanted = false

/** From now on stopwatches of `startProfiledStopwatch` profile the thread meanwhile, which costs some of its speed. */
export function wantProfile(): void {
  wanted = true
}

/** A stopwatch for what is ours, without the baselines. */
export function startProfiledStopwatch(): Stopwatch {
  if (!wanted) return startStopwatch()
  const session = new Session()
  session.connect()
  session.post('Profiler.enable')
  session.post('Profiler.setSamplingInterval', { interval: intervalUs })
  session.post('Profiler.start')
  const stopwatch = startStopwatch()
  return {
    stop(count) {
      const measurement = stopwatch.stop(count)
      // In the same thread the answer comes before `post` returns.
      session.post('Profiler.stop', (_error, { profile }) => add(profile))
      session.disconnect()
      done += count
      return measurement
    },
  }
}

/** Who used the thread, in shares of its busy time; empty when nothing was profiled. */
export function describeProfile(): string {
  const idle = used.get('(idle)') ?? 0
  const users = [...used].filter(([user]) => user !== '(idle)').sort(([, a], [, b]) => b - a)
  const busy = users.reduce((sum, [, us]) => sum + us, 0)
  if (busy === 0) return ''
  const lines = users
    .filter(([, us]) => us >= busy * leastShare)
    .map(([user, us]) => `  ${((us / busy) * 100).toFixed(1).padStart(5)} %  ${(us / done).toFixed(1).padStart(6)} µs  ${user}`)
  const percentIdle = ((idle / (busy + idle)) * 100).toFixed(0)
  return [`  ${(busy / done).toFixed(0)} µs of the main thread for each, ${percentIdle} % idle; of it:`, ...lines, ''].join('\n')
}

function add({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): void {
  const userOf = usersOf(nodes)
  for (const [index, id] of samples.entries()) {
    const user = userOf(id)
    used.set(user, (used.get(user) ?? 0) + (timeDeltas[index] ?? 0))
  }
}

/** A builtin works for the package that called it. */
function usersOf(nodes: readonly Profiler.ProfileNode[]): (id: number) => string {
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)))
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]))
  const known = new Map<number, string>()
  const find = (id: number): string => {
    const frame = frames.get(id)
    if (frame === undefined || frame.functionName === '(root)') return 'node'
    if (/^\((idle|program|garbage collector)\)$/.test(frame.functionName)) return frame.functionName
    return packageOf(frame.url) ?? userOf(parents.get(id) ?? 0)
  }
  const userOf = (id: number): string => {
    const user = known.get(id) ?? find(id)
    known.set(id, user)
    return user
  }
  return userOf
}

function packageOf(url: string): string | undefined {
  const installed = /\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1]
  if (installed !== undefined) return installed
  return url.startsWith(`file://${root}`) ? url.slice(`file://${root}`.length).split('/').slice(0, 2).join('/') : undefined
}
