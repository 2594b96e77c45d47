import { readFile } from 'node:fs/promises'

/** What chaos looks at in a line that a service has logged. */
export interface LogLine {
  readonly time?: string
  readonly level?: number
  readonly msg?: string
  readonly code?: string
  readonly calls?: number
  readonly lane?: { readonly group: string; readonly topic: string; readonly partition: number }
}

/** The JSON lines of a process' output; a line cut off by a kill and plain text are left out. */
export async function readLogLines(file: string): Promise<LogLine[]> {
  const text = await readFile(file, 'utf8').catch(() => '')
  return text.split('\n').flatMap((line) => {
    if (!line.startsWith('{')) return []
    try {
      const parsed: LogLine = JSON.parse(line)
      return [parsed]
    } catch {
      return []
    }
  })
}

/** A worker could not keep the results of so many calls on a lane. */
export type OrphanLine = LogLine & Required<Pick<LogLine, 'calls' | 'lane'>>

/** What was said of calls whose results could not be kept, of one topic's lanes. */
export function orphanLines(lines: readonly LogLine[], topic: string): OrphanLine[] {
  return lines.flatMap((line) => {
    const { msg, calls, lane } = line
    return msg?.startsWith('calls orphaned') && calls !== undefined && lane?.topic === topic ? [{ ...line, calls, lane }] : []
  })
}
