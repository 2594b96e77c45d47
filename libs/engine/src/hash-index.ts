/**
 * Where things lie, by a hash of their keys. It stands in typed arrays: the garbage collector does not walk through them, and no
 * number of entries makes its pauses longer.
 */
export interface HashIndex {
  /** The place under `hash` that `isSought`; -1 when there is none. */
  find(hash: number): number
  /** `place`: 0 to 2^32 - 2. */
  add(hash: number, place: number): void
  replace(hash: number, place: number, by: number): void
  remove(hash: number, place: number): void
  readonly bytes: number
}

// Each part grows by itself, so that no growing takes longer than a 64th of all would.
const partBits = 6
const firstSlots = 16
const mostFull = 0.75

/** Pairs of hash and place + 1, which is 0 in a free slot; linear probing. */
interface Part {
  slots: Uint32Array
  used: number
}

/** `isSought` compares what lies at a place with the key that is looked for: hashes can be the same. */
export function createHashIndex(isSought: (place: number) => boolean): HashIndex {
  const parts: (Part | undefined)[] = Array.from({ length: 1 << partBits })
  let bytes = 0

  const partOf = (hash: number): Part | undefined => parts[hash >>> (32 - partBits)]

  function open(hash: number): Part {
    const part: Part = { slots: new Uint32Array(firstSlots * 2), used: 0 }
    parts[hash >>> (32 - partBits)] = part
    bytes += part.slots.byteLength
    return part
  }

  function grow(part: Part): void {
    const { slots } = part
    part.slots = new Uint32Array(slots.length * 2)
    bytes += slots.byteLength
    for (let slot = 0; slot < slots.length; slot += 2) {
      if (slots[slot + 1] !== 0) put(part.slots, slots[slot] ?? 0, slots[slot + 1] ?? 0)
    }
  }

  return {
    find(hash) {
      const slots = partOf(hash)?.slots
      if (slots === undefined) return -1
      const wanted = hash >>> 0
      for (let slot = homeOf(slots, wanted); slots[slot + 1] !== 0; slot = next(slots, slot)) {
        const place = (slots[slot + 1] ?? 0) - 1
        if (slots[slot] === wanted && isSought(place)) return place
      }
      return -1
    },
    add(hash, place) {
      const part = partOf(hash) ?? open(hash)
      if ((part.used + 1) * 2 > part.slots.length * mostFull) grow(part)
      put(part.slots, hash >>> 0, place + 1)
      part.used++
    },
    replace(hash, place, by) {
      const slots = partOf(hash)?.slots
      if (slots !== undefined) slots[slotOf(slots, hash >>> 0, place) + 1] = by + 1
    },
    remove(hash, place) {
      const part = partOf(hash)
      if (part === undefined) return
      free(part.slots, slotOf(part.slots, hash >>> 0, place))
      part.used--
    },
    get bytes() {
      return bytes
    },
  }
}

/** Where a hash would best stand; its upper bits have chosen the part. */
function homeOf(slots: Uint32Array, hash: number): number {
  return (hash * 2) & (slots.length - 1)
}

function next(slots: Uint32Array, slot: number): number {
  return (slot + 2) & (slots.length - 1)
}

function put(slots: Uint32Array, hash: number, value: number): void {
  let slot = homeOf(slots, hash)
  while (slots[slot + 1] !== 0) slot = next(slots, slot)
  slots[slot] = hash
  slots[slot + 1] = value
}

function slotOf(slots: Uint32Array, hash: number, place: number): number {
  let slot = homeOf(slots, hash)
  while (slots[slot + 1] !== place + 1) slot = next(slots, slot)
  return slot
}

/** What stands behind moves up, as far as it may: a free slot ends the search for it. */
function free(slots: Uint32Array, from: number): void {
  let hole = from
  const distance = (to: number, start: number): number => (to - start) & (slots.length - 1)
  for (let slot = next(slots, hole); slots[slot + 1] !== 0; slot = next(slots, slot)) {
    if (distance(slot, homeOf(slots, slots[slot] ?? 0)) < distance(slot, hole)) continue
    slots[hole] = slots[slot] ?? 0
    slots[hole + 1] = slots[slot + 1] ?? 0
    hole = slot
  }
  slots[hole + 1] = 0
}
