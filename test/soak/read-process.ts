import { readdir, readFile, readlink } from 'node:fs/promises'

/** What the kernel says of a process. */
export interface ProcessFacts {
  /** Processor time since its start. */
  readonly cpuSeconds: number
  readonly rssBytes: number
  readonly threads: number
  /** Open file descriptors, the sockets among them included. */
  readonly handles: number
  readonly sockets: number
}

// USER_HZ: what Linux reports in /proc, whatever its own timer does.
const ticksPerSecond = 100

/** Reads /proc (Linux); rejects when the process is gone. */
export async function readProcess(pid: number): Promise<ProcessFacts> {
  const [stat, status, targets] = await Promise.all([
    readFile(`/proc/${pid}/stat`, 'utf8'),
    readFile(`/proc/${pid}/status`, 'utf8'),
    readTargets(pid),
  ])
  return {
    cpuSeconds: parseCpuSeconds(stat),
    rssBytes: parseStatus(status, 'VmRSS') * 1_024,
    threads: parseStatus(status, 'Threads'),
    handles: targets.length,
    sockets: targets.filter((target) => target.startsWith('socket:')).length,
  }
}

/** User and system time of /proc/PID/stat. */
export function parseCpuSeconds(stat: string): number {
  // The name of the process is in brackets and may hold anything, blanks and brackets too.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const ticks = Number(fields[11]) + Number(fields[12])
  if (!Number.isFinite(ticks)) throw new Error(`not a /proc/PID/stat: ${stat}`)
  return ticks / ticksPerSecond
}

/** A number of /proc/PID/status, in the unit that stands there. */
export function parseStatus(status: string, name: string): number {
  const value = new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1]
  if (value === undefined) throw new Error(`/proc/PID/status says nothing of ${name}`)
  return Number(value)
}

async function readTargets(pid: number): Promise<string[]> {
  const names = await readdir(`/proc/${pid}/fd`)
  // One may have been closed since the directory was read.
  const targets = await Promise.all(names.map((name) => readlink(`/proc/${pid}/fd/${name}`).catch(() => null)))
  return targets.filter((target) => target !== null)
}
