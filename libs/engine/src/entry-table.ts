import { createHashIndex } from './hash-index.ts'
import type { StateEntry } from './processor.ts'

/**
 * Entries by key, outside the heap of JavaScript: there can be millions, a day of them, and as objects they would fill it and make
 * each collection of garbage longer. They lie in chunks in the order of their coming, which is about that of their ends.
 */
export interface EntryTable {
  get(key: string): StateEntry | undefined
  set(key: string, entry: StateEntry): void
  delete(key: string): void
  /** Looks at the next `looks` places, round and round: drops the entries whose end is before `floor`, tells their keys, and gives back the room of those dropped before. */
  expire(floor: number, looks: number): string[]
  readonly size: number
  /** What it takes of the memory. */
  readonly bytes: number
}

interface Chunk {
  readonly slot: number
  readonly bytes: Buffer
  readonly view: DataView
  used: number
  entries: number
  /** Bytes of entries that are not dropped. */
  live: number
}

// An entry: at, expiresAt (float64), bytes of the key with `dropped`, bytes of the value (uint32), key, value; a multiple of 8 bytes.
const [atExpires, atKeyBytes, atValueBytes, atKey] = [8, 16, 20, 24]
const dropped = 0x80000000
const [leastChunk, mostChunk] = [4_096, 1_048_576]
/** A place: the slot of the chunk, and in the lower bits the offset in it in units of 8 bytes. */
const offsetBits = 17
const mostChunks = (1 << (32 - offsetBits)) - 1
/** A chunk of which no more is left gives that to the last one. */
const worthMoving = 0.5

export function createEntryTable(): EntryTable {
  /** Oldest first. */
  const chunks: Chunk[] = []
  const bySlot: (Chunk | undefined)[] = []
  const freeSlots: number[] = []
  const index = createHashIndex((place) => holds(place))
  const sought = { bytes: Buffer.alloc(256), length: 0 }
  let [size, written, chunkBytes] = [0, 0, 0]
  let cursor = { chunk: 0, offset: 0 }

  function seek(key: string): number {
    if (sought.bytes.length < key.length * 3) sought.bytes = Buffer.alloc(key.length * 3)
    sought.length = sought.bytes.write(key)
    return hashOf(sought.bytes, 0, sought.length)
  }

  const chunkAt = (place: number): Chunk => {
    const chunk = bySlot[place >>> offsetBits]
    if (chunk === undefined) throw new Error(`no chunk of entries at ${place}`)
    return chunk
  }
  const offsetAt = (place: number): number => (place & ((1 << offsetBits) - 1)) * 8
  const placeOf = ({ slot }: Chunk, offset: number): number => ((slot << offsetBits) | (offset / 8)) >>> 0

  function holds(place: number): boolean {
    const { bytes, view } = chunkAt(place)
    const offset = offsetAt(place)
    if (view.getUint32(offset + atKeyBytes) !== sought.length) return false
    return bytes.compare(sought.bytes, 0, sought.length, offset + atKey, offset + atKey + sought.length) === 0
  }

  function roomFor(length: number): Chunk {
    const last = chunks.at(-1)
    if (last !== undefined && last.used < mostChunk && last.used + length <= last.bytes.length) return last
    const slot = freeSlots.pop() ?? bySlot.length
    if (slot >= mostChunks) throw new Error('a lane cannot remember more than 32 GB')
    const buffer = new ArrayBuffer(Math.max(length, Math.min(mostChunk, Math.max(leastChunk, chunkBytes))))
    const chunk = { slot, bytes: Buffer.from(buffer), view: new DataView(buffer), used: 0, entries: 0, live: 0 }
    chunks.push(chunk)
    bySlot[slot] = chunk
    chunkBytes += buffer.byteLength
    return chunk
  }

  function write({ bytes, view }: Chunk, offset: number, { value, at, expiresAt }: StateEntry, valueBytes: number): void {
    view.setFloat64(offset, at)
    view.setFloat64(offset + atExpires, expiresAt)
    view.setUint32(offset + atKeyBytes, sought.length)
    view.setUint32(offset + atValueBytes, valueBytes)
    sought.bytes.copy(bytes, offset + atKey, 0, sought.length)
    bytes.write(value, offset + atKey + sought.length)
  }

  function took(chunk: Chunk, length: number): void {
    chunk.used += length
    chunk.live += length
    chunk.entries++
    written++
  }

  function drop(chunk: Chunk, offset: number, hash: number): void {
    const { view } = chunk
    index.remove(hash, placeOf(chunk, offset))
    chunk.live -= lengthAt(view, offset)
    view.setUint32(offset + atKeyBytes, view.getUint32(offset + atKeyBytes) | dropped)
    size--
  }

  /** What is left in a chunk that the search has passed moves to the end, when it is little. */
  function passed(chunk: Chunk): void {
    cursor.offset = 0
    if (chunk === chunks.at(-1) || chunk.live > chunk.used * worthMoving) {
      cursor.chunk++
      return
    }
    for (let offset = 0; offset < chunk.used; offset += lengthAt(chunk.view, offset)) {
      if (!isDropped(chunk.view, offset)) move(chunk, offset)
    }
    chunks.splice(cursor.chunk, 1)
    bySlot[chunk.slot] = undefined
    freeSlots.push(chunk.slot)
    chunkBytes -= chunk.bytes.length
    written -= chunk.entries
  }

  function move(from: Chunk, offset: number): void {
    const length = lengthAt(from.view, offset)
    const to = roomFor(length)
    from.bytes.copy(to.bytes, to.used, offset, offset + length)
    index.replace(hashOfKey(from, offset), placeOf(from, offset), placeOf(to, to.used))
    took(to, length)
  }

  return {
    get(key) {
      const place = index.find(seek(key))
      if (place === -1) return undefined
      const { bytes, view } = chunkAt(place)
      const offset = offsetAt(place)
      const from = offset + atKey + sought.length
      const value = bytes.toString('utf8', from, from + view.getUint32(offset + atValueBytes))
      return { value, at: view.getFloat64(offset), expiresAt: view.getFloat64(offset + atExpires) }
    },
    set(key, entry) {
      const hash = seek(key)
      const valueBytes = Buffer.byteLength(entry.value)
      const length = lengthOf(sought.length, valueBytes)
      const place = index.find(hash)
      if (place !== -1) {
        const chunk = chunkAt(place)
        const offset = offsetAt(place)
        if (lengthAt(chunk.view, offset) === length) return write(chunk, offset, entry, valueBytes)
        drop(chunk, offset, hash)
      }
      const chunk = roomFor(length)
      write(chunk, chunk.used, entry, valueBytes)
      index.add(hash, placeOf(chunk, chunk.used))
      took(chunk, length)
      size++
    },
    delete(key) {
      const hash = seek(key)
      const place = index.find(hash)
      if (place !== -1) drop(chunkAt(place), offsetAt(place), hash)
    },
    expire(floor, looks) {
      const keys: string[] = []
      const most = Math.min(looks, written + chunks.length + 1)
      for (let looked = 0; looked < most; looked++) {
        const chunk = chunks[cursor.chunk]
        if (chunk === undefined) cursor = { chunk: 0, offset: 0 }
        else if (cursor.offset === chunk.used) passed(chunk)
        else {
          const { offset } = cursor
          const { bytes, view } = chunk
          cursor.offset += lengthAt(view, offset)
          if (isDropped(view, offset) || view.getFloat64(offset + atExpires) >= floor) continue
          keys.push(bytes.toString('utf8', offset + atKey, offset + atKey + view.getUint32(offset + atKeyBytes)))
          drop(chunk, offset, hashOfKey(chunk, offset))
        }
      }
      return keys
    },
    get size() {
      return size
    },
    get bytes() {
      return chunkBytes + index.bytes
    },
  }
}

function lengthOf(keyBytes: number, valueBytes: number): number {
  return (atKey + keyBytes + valueBytes + 7) & ~7
}

function lengthAt(view: DataView, offset: number): number {
  return lengthOf(view.getUint32(offset + atKeyBytes) & ~dropped, view.getUint32(offset + atValueBytes))
}

function isDropped(view: DataView, offset: number): boolean {
  return (view.getUint32(offset + atKeyBytes) & dropped) !== 0
}

function hashOfKey({ bytes, view }: Chunk, offset: number): number {
  return hashOf(bytes, offset + atKey, offset + atKey + view.getUint32(offset + atKeyBytes))
}

/** FNV-1a with the last steps of MurmurHash3, without which its upper bits would be poor. */
function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0x811c9dc5
  for (let at = from; at < to; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}
