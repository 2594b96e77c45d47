/** Memory that is used again and again: what was taken from it is written over after `reuse`. */
export interface Arena {
  /** So many bytes, of any content. */
  take(bytes: number): Buffer
  reuse(): void
}

/** Grows to what was taken of it between two `reuse`. */
export function createArena(): Arena {
  let memory = Buffer.allocUnsafeSlow(0)
  let used = 0
  return {
    take(bytes) {
      if (used + bytes > memory.length) {
        // Those who have parts of the old one keep it.
        memory = Buffer.allocUnsafeSlow(Math.max(memory.length * 2, bytes))
        used = 0
      }
      const taken = memory.subarray(used, used + bytes)
      used += bytes
      return taken
    },
    reuse: () => {
      used = 0
    },
  }
}
