/** Time and chance, injected: with a virtual clock and a seed a whole run repeats itself. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** [0, 1) */
  random(): number
  /** Runs `task` once, `delayMs` from now at the earliest; any delay. Returns what cancels it. */
  after(delayMs: number, task: () => void): () => void
}
