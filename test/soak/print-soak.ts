import type { Course, MemoryCourse, ProcessReport, RestReport } from './judge-process.ts'
import type { LeadReport, SoakReport } from './run-soak.ts'

/** What an idle worker on Kafka may use. */
const idleWorkerPercent = 3
const stepsPerLead = 2

/** The table at the end of a run, and every line of it that does not hold. */
export function describeSoak(report: SoakReport): { readonly text: string; readonly violations: readonly string[] } {
  const lines = report.processes.flatMap(processLines)
  const leads = report.leads === null ? idleLines(report.processes) : leadLines(report.leads, orphansOf(report.processes))
  const all = [...lines, ...report.rest.map(restLine), ...leads]
  const failed = all.filter(({ holds }) => !holds).map(({ line }) => line.trim().replace(/ +/g, ' '))
  const violations = [...failed, ...report.ended.map((name) => `${name} ended by itself`)]
  const text = [
    `${report.minutes.toFixed(1)} minutes, MiB; floors of windows of ten minutes or so, the first after a tenth of the time`,
    `${cells(['', 'cpu %', 'first', 'half', 'end', 'most', '/hour', 'allowed'])}`,
    ...all.map(({ line, holds }) => `${line.padEnd(88)} ${holds ? 'ok' : 'FAIL'}`),
    ...report.processes.map(worstLine),
    ...violations.map((violation) => `VIOLATION ${violation}`),
    `${violations.length === 0 ? 'no violation' : `${violations.length} violations`}; samples in ${report.samplesFile}`,
  ].join('\n')
  return { text, violations }
}

interface Line {
  readonly line: string
  readonly holds: boolean
}

function processLines({ process, cpuPercent, rss, heap, threads, handles, sockets }: ProcessReport): Line[] {
  return [
    memoryLine(`${process} rss`, cpuPercent.toFixed(2), rss),
    memoryLine(`${process} heap`, '', heap),
    countLine(`${process} handles`, handles),
    countLine(`${process} sockets`, sockets),
    countLine(`${process} threads`, threads),
  ]
}

function memoryLine(name: string, cpu: string, course: MemoryCourse): Line {
  const { first, middle, last, most, slopePerHour, tolerancePerHour, verdict } = course
  const values = [first, middle, last, most, slopePerHour, tolerancePerHour].map(inMebibytes)
  return { line: cells([name, cpu, ...values]), holds: verdict === 'flat' }
}

function countLine(name: string, { first, middle, last, most, tolerance, verdict }: Course): Line {
  const values = [first, middle, last, most].map(String)
  return { line: cells([name, '', ...values, '', `+${tolerance.toFixed(0)}`]), holds: verdict === 'flat' }
}

function restLine({ process, counts }: RestReport): Line {
  const told = counts.map(({ name, before, after }) => `${name} ${before}, then ${after}`)
  return { line: `${process} at rest: ${told.join('; ')}`, holds: counts.every(({ verdict }) => verdict === 'flat') }
}

function idleLines(processes: readonly ProcessReport[]): Line[] {
  const worker = processes.find(({ process }) => process === 'worker')?.cpuPercent ?? Number.NaN
  return [{ line: `idle worker: ${worker.toFixed(2)} % CPU of ${idleWorkerPercent} %`, holds: worker <= idleWorkerPercent }]
}

function leadLines({ accepted, retriedPosts, verdict, calls }: LeadReport, orphans: number): Line[] {
  const doubled = verdict.completedTwice.length + verdict.outcomesTwice.length
  return [
    { line: `leads accepted ${accepted}, posts sent again ${retriedPosts}`, holds: accepted > 0 },
    {
      line: `leads completed ${verdict.completed} ${JSON.stringify(verdict.byOutcome)}`,
      holds: verdict.completed === accepted && (verdict.byOutcome['failure'] ?? 0) > 0,
    },
    { line: `lost ${verdict.lost.length}`, holds: verdict.lost.length === 0 },
    { line: `doubled ${doubled}`, holds: doubled === 0 },
    {
      line: `outcomes ${verdict.outcomes} of ${accepted * stepsPerLead}, dead letters ${verdict.deadLetters}`,
      holds: verdict.outcomes === accepted * stepsPerLead && verdict.deadLetters === 0,
    },
    {
      line: `calls ${calls.calls}, answers ${JSON.stringify(calls.answers)}, repeated ${calls.acceptedMoreThanOnce}, orphans ${orphans}`,
      // Calls are at least once; one too many is explained by a result that was dropped with its lane.
      holds: calls.acceptedMoreThanOnce <= orphans,
    },
  ]
}

function orphansOf(processes: readonly ProcessReport[]): number {
  return processes.reduce((sum, { worst }) => sum + worst.orphans, 0)
}

function worstLine({ process, eventLoopP99Ms, worst, remembered }: ProcessReport): string {
  const { baseAgeSeconds, lag, parked, orphans } = worst
  const age = `oldest record ${baseAgeSeconds.toFixed(1)} s, lag ${lag}, parked ${parked}, orphans ${orphans}`
  const state = `remembers ${remembered.entries} keys (${inMebibytes(remembered.bytes)} MiB, not counted above)`
  return `${process.padEnd(10)} at worst: event loop p99 ${eventLoopP99Ms.toFixed(0)} ms, ${age}; ${state}`
}

function cells([name = '', ...values]: readonly string[]): string {
  return name.padEnd(18) + values.map((value) => value.padStart(10)).join('')
}

function inMebibytes(bytes: number): string {
  return (bytes / 1_048_576).toFixed(1)
}
