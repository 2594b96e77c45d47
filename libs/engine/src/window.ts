import type { LogRecord } from '@leadline/log'
import { bitmapSpan, longestSpan, runHoles } from './offset-map.ts'
import type { Completion } from './processor.ts'

/** One tracked offset. `committing`: its completion is in the commit under way; `done`: that commit took place. */
export interface Entry {
  readonly offset: number
  /** Of the record, which is let go when it is completed. */
  readonly timestamp: number
  readonly shard: string | number
  readonly bytes: number
  state: 'queued' | 'running' | 'completed' | 'committing' | 'done'
  record: LogRecord | null
  /** What it would use, as the gate says; undefined until the gate is asked, null for nothing that is limited. */
  resource: string | null | undefined
  /** The gate let it start, and waits to be told that it has ended. */
  permitted: boolean
  completion: Completion | null
  /** The next record of the same key, which may start when this one is completed. */
  next: Entry | null
}

/** The offsets of a lane from its base (the lowest one not done) to the last one delivered. */
export interface Window {
  /** Starts to track a delivered record; undefined when it is below the base, tracked, or was done before the last restart. */
  track(record: LogRecord): Entry | undefined
  /** Everything below `nextOffset` has been delivered, control records and compacted gaps included. */
  cover(nextOffset: number): void
  /** Base and runs as if all `committing` entries were done. */
  project(): { readonly base: number; readonly runs: number[] }
  /** Makes `committing` entries done and drops what lies below the new base. */
  settle(): void
  /** Takes `committing` entries back: their commit did not take place. */
  unsettle(): void
  /**
   * False when tracking `offset`, the next one unless told, might make the map outgrow the metadata: nothing is ever stripped from it.
   * The gap before it counts. There is always room once nothing is undone.
   */
  hasRoom(offset?: number): boolean
  readonly base: number
  readonly undone: number
  readonly undoneBytes: number
  readonly span: number
  oldest(): Entry | undefined
}

export function createWindow(base: number, runs: readonly number[]): Window {
  let entries: Entry[] = []
  let nextOffset = base
  let undone = 0
  let undoneBytes = 0
  const restored = doneRanges(base, runs)

  function track(record: LogRecord): Entry | undefined {
    if (record.offset < nextOffset) return undefined
    nextOffset = record.offset + 1
    const done = restored.has(record.offset)
    const entry: Entry = {
      offset: record.offset,
      timestamp: record.timestamp,
      // A record without a key is its own shard: a number, which no key looks like.
      shard: record.key === null ? record.offset : record.key.toString('latin1'),
      bytes: (record.value?.length ?? 0) + (record.key?.length ?? 0) + 200,
      state: done ? 'done' : 'queued',
      record: done ? null : record,
      resource: undefined,
      permitted: false,
      completion: null,
      next: null,
    }
    // The first entry is one that is not done: nothing would take another one away, and it would hold the base.
    if (!done || entries.length > 0) entries.push(entry)
    if (done) return undefined
    undone++
    undoneBytes += entry.bytes
    return entry
  }

  function project(): { base: number; runs: number[] } {
    const first = entries.find((entry) => !isDone(entry))?.offset ?? nextOffset
    return asRuns(first, [...doneOf(entries), ...restored.beyond(nextOffset)])
  }

  function settle(): void {
    for (const entry of entries) {
      if (entry.state !== 'committing') continue
      entry.state = 'done'
      entry.completion = null
      undone--
      undoneBytes -= entry.bytes
    }
    const first = entries.findIndex((entry) => entry.state !== 'done')
    entries = first < 0 ? [] : entries.slice(first)
  }

  const lowest = (): number => entries[0]?.offset ?? nextOffset
  return {
    track,
    project,
    settle,
    cover: (next) => {
      nextOffset = Math.max(nextOffset, next)
    },
    unsettle: () => {
      for (const entry of entries) if (entry.state === 'committing') entry.state = 'completed'
    },
    hasRoom: (offset = nextOffset) => {
      const span = offset + 1 - lowest()
      return entries.length === 0 || span <= bitmapSpan || (undone < runHoles && span <= longestSpan)
    },
    get base() {
      return lowest()
    },
    get undone() {
      return undone
    },
    get undoneBytes() {
      return undoneBytes
    },
    get span() {
      return nextOffset - lowest()
    },
    oldest: () => entries.find((entry) => entry.state !== 'done'),
  }
}

function isDone(entry: Entry): boolean {
  return entry.state === 'done' || entry.state === 'committing'
}

interface Range {
  readonly from: number
  readonly to: number
}

/**
 * Ranges of offsets that are done. Offsets between two entries exist no more, so they take the state of the entry before them. Those
 * behind the last one are left out: a gap of any size would have to fit.
 */
function doneOf(entries: readonly Entry[]): Range[] {
  const ranges: Range[] = []
  let from: number | undefined
  for (const entry of entries) {
    if (isDone(entry)) from ??= entry.offset
    else if (from !== undefined) {
      ranges.push({ from, to: entry.offset })
      from = undefined
    }
  }
  const last = entries.at(-1)
  return from === undefined || last === undefined ? ranges : [...ranges, { from, to: last.offset + 1 }]
}

/** Rising ranges of done offsets as lengths from the base on: undone, done, undone, done … */
function asRuns(first: number, ranges: readonly Range[]): { base: number; runs: number[] } {
  let base = first
  let at = first
  const runs: number[] = []
  for (const { from, to } of ranges) {
    if (to <= at) continue
    if (from <= at && runs.length === 0) base = to
    else if (from <= at) runs[runs.length - 1] = (runs[runs.length - 1] ?? 0) + to - at
    else runs.push(from - at, to - from)
    at = to
  }
  return { base, runs }
}

function doneRanges(base: number, runs: readonly number[]): { has(offset: number): boolean; beyond(offset: number): Range[] } {
  const ranges: Range[] = []
  let at = base
  runs.forEach((run, index) => {
    if (index % 2 === 1) ranges.push({ from: at, to: at + run })
    at += run
  })
  let current = 0
  const pass = (offset: number): Range | undefined => {
    // Offsets are asked for in rising order, so one pass over the ranges serves them all.
    while (current < ranges.length && offset >= (ranges[current]?.to ?? 0)) current++
    return ranges[current]
  }
  return {
    has: (offset) => {
      const range = pass(offset)
      return range !== undefined && offset >= range.from
    },
    beyond: (offset) => {
      pass(offset)
      return ranges.slice(current).map(({ from, to }) => ({ from: Math.max(from, offset), to }))
    },
  }
}
