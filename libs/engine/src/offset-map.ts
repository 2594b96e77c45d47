import { crc32 } from 'node:zlib'
import { LeadlineError } from '@leadline/domain'

/** What a lane writes beside its committed offset. */
export interface LaneMetadata {
  /** Who wrote it and the how-many-th write it was: tells after an unknown commit whether it took place. */
  readonly stamp: Stamp
  /** The committed offset it belongs to. */
  readonly base: number
  /** How often a process began work here since a completion was last committed: many mean that a record kills processes. */
  readonly starts: number
  /** The record that was started alone because of that; the next start without a result convicts it. */
  readonly suspect: number | null
  /** Lengths, in offsets from `base`: undone, done, undone, done … ; ends with done. Empty when nothing beyond base is done. */
  readonly runs: readonly number[]
}

export interface Stamp {
  /** 12 hex digits, new for each opening of a lane. */
  readonly owner: string
  readonly sequence: number
}

const prefix = 'LL1.'
const ownerBytes = 6
/** Up to this span a bitmap always fits 4,096 characters; beyond it, this many undone offsets always fit as runs. */
export const bitmapSpan = 20_000
export const runHoles = 512
/** Beyond it nothing new starts at all: the runs' numbers would need more bytes. */
export const longestSpan = 200_000

/** ASCII text: `LL1.` and base64url of fields, runs or bitmap (the shorter), and a CRC-32. */
export function encodeMetadata(metadata: LaneMetadata): string {
  const bytes: number[] = [...Buffer.from(metadata.stamp.owner, 'hex')]
  for (const field of [metadata.stamp.sequence, metadata.base, metadata.starts]) pushVarint(bytes, field)
  pushVarint(bytes, metadata.suspect === null ? 0 : metadata.suspect - metadata.base + 1)
  const runs: number[] = []
  for (const run of metadata.runs) pushVarint(runs, run)
  const span = metadata.runs.reduce((sum, run) => sum + run, 0)
  const asBitmap = Math.ceil(span / 8) < runs.length
  pushVarint(bytes, (asBitmap ? span : metadata.runs.length) * 2 + (asBitmap ? 1 : 0))
  const body = Buffer.concat([Buffer.from(bytes), asBitmap ? bitmapOf(metadata.runs, span) : Buffer.from(runs)])
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(body))
  return prefix + Buffer.concat([body, sum]).toString('base64url')
}

/** Throws LOG_FOREIGN_METADATA for whatever this code did not write: such a lane must not be guessed at. */
export function decodeMetadata(text: string): LaneMetadata {
  const bytes = Buffer.from(text.startsWith(prefix) ? text.slice(prefix.length) : '', 'base64url')
  const body = bytes.subarray(0, -4)
  if (bytes.length < ownerBytes + 9 || crc32(body) !== bytes.readUInt32BE(bytes.length - 4)) throw foreign(text)
  const next = varintReader(body.subarray(ownerBytes))
  const [sequence, base, starts, suspect, form] = [next.read(), next.read(), next.read(), next.read(), next.read()]
  const count = Math.floor(form / 2)
  if (count > longestSpan) throw foreign(text)
  return {
    stamp: { owner: body.toString('hex', 0, ownerBytes), sequence },
    base,
    starts,
    suspect: suspect === 0 ? null : base + suspect - 1,
    runs: form % 2 === 1 ? runsOf(next.rest(), count) : Array.from({ length: count }, () => next.read()),
  }
}

function foreign(text: string): LeadlineError {
  return new LeadlineError(
    'LOG_FOREIGN_METADATA',
    `the committed offset carries metadata that is not ours or is damaged: ${JSON.stringify(text.slice(0, 40))}; ` +
      'reset the group offset of this partition to accept the loss of what it says',
  )
}

function pushVarint(bytes: number[], value: number): void {
  // Written all the same, it would make everything behind it unreadable.
  if (value < 0) throw new RangeError(`${value} is no length and no offset from the base`)
  let left = value
  while (left >= 128) {
    bytes.push((left % 128) + 128)
    left = Math.floor(left / 128)
  }
  bytes.push(left)
}

function varintReader(bytes: Buffer): { read(): number; rest(): Buffer } {
  let at = 0
  return {
    read: () => {
      let value = 0
      for (let scale = 1; ; scale *= 128) {
        const byte = bytes[at++] ?? 0
        value += (byte % 128) * scale
        if (byte < 128) return value
      }
    },
    rest: () => bytes.subarray(at),
  }
}

function bitmapOf(runs: readonly number[], span: number): Buffer {
  const bits = Buffer.alloc(Math.ceil(span / 8))
  let at = 0
  runs.forEach((run, index) => {
    for (let i = 0; i < run; i++, at++) if (index % 2 === 1) bits[at >> 3] = (bits[at >> 3] ?? 0) | (1 << (at & 7))
  })
  return bits
}

function runsOf(bits: Buffer, span: number): number[] {
  const runs: number[] = []
  let done = false
  let length = 0
  for (let at = 0; at < span; at++) {
    if ((((bits[at >> 3] ?? 0) >> (at & 7)) & 1) === (done ? 1 : 0)) {
      length++
    } else {
      runs.push(length)
      done = !done
      length = 1
    }
  }
  if (length > 0) runs.push(length)
  return runs
}
