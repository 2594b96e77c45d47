/** When leads that had to leave their lane come back: one after another, about as fast as the destination serves. */
export interface Pacer {
  /** A call took so long and was answered. */
  answered(tookMs: number): void
  /** The next one's time, at or after `earliest`; the calls under way have lasted `leastCallMs` already, all of them. */
  next(earliest: number, leastCallMs: number): number
}

/** Before the first answer: who comes back too early waits once more, who comes back too late has left the destination idle. */
const firstGuessMs = 10
/** The mean is that of about so many answers. */
const memory = 64
/** A destination may be quicker soon than it was: at least so often somebody comes back to see. */
const longestSpacingMs = 5
/** Nobody comes back later than this for the number of those before him, so that a line from slow times does not outlast them. */
const longestLineMs = 300_000

/** The destination serves its `concurrency` in the time that a call takes (Little's law). */
export function createPacer(concurrency: number): Pacer {
  let meanMs = firstGuessMs
  let answers = 0
  let last = 0
  return {
    answered: (tookMs) => {
      answers = Math.min(answers + 1, memory)
      meanMs += (Math.max(0, tookMs) - meanMs) / answers
    },
    next: (earliest, leastCallMs) => {
      const behind = last + Math.min(Math.max(meanMs, leastCallMs) / concurrency, longestSpacingMs)
      last = behind > earliest + longestLineMs ? earliest : Math.max(earliest, behind)
      return Math.ceil(last)
    },
  }
}
