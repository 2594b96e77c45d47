/** What happened in a run, in order: its last lines for people, all of it as a hash. */
export interface Trace {
  note(atMs: number, text: string): void
  tail(lines: number): string[]
  /** Two runs with the same hash did the same. */
  hash(): string
}

const kept = 2_000

export function createTrace(): Trace {
  const ring: string[] = []
  let count = 0
  let hash = 0x811c9dc5

  function mix(value: number): void {
    hash = Math.imul(hash ^ value, 0x01000193)
  }

  return {
    note: (atMs, text) => {
      mix(atMs | 0)
      for (let i = 0; i < text.length; i++) mix(text.charCodeAt(i))
      ring[count++ % kept] = `${(atMs / 1_000).toFixed(3)} ${text}`
    },
    tail: (lines) => {
      const first = Math.max(0, count - Math.min(lines, kept))
      return Array.from({ length: count - first }, (_, i) => ring[(first + i) % kept] ?? '')
    },
    hash: () => `${count}-${(hash >>> 0).toString(16).padStart(8, '0')}`,
  }
}
