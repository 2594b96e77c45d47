/** How much a processor takes on at a time. */
export interface EngineLimits {
  /** Records being processed at once, over all lanes of the process. */
  readonly inFlight: number
  /** Records of a lane that could start at once: its partition is paused at so many, and resumes at half. */
  readonly readyRecords: number
  /** The same for all records that a lane holds, those that wait for others of their key or for their destination included, and for their bytes. */
  readonly laneRecords: number
  readonly laneBytes: number
  /** A busy lane commits at multiples of it; an idle one commits at once. */
  readonly flushIntervalMs: number
  /** Completions that are committed without waiting for the interval. */
  readonly flushCompletions: number
  /** How long a lane that is being closed waits for what is running. */
  readonly drainMs: number
  /** Starts without a single result after which a lane starts its records one by one, to find the one that kills the process. */
  readonly startsBeforeCaution: number
}

export const defaultLimits: EngineLimits = {
  inFlight: 512,
  readyRecords: 512,
  laneRecords: 2_000,
  laneBytes: 32 * 1024 * 1024,
  flushIntervalMs: 20,
  flushCompletions: 400,
  drainMs: 10_000,
  startsBeforeCaution: 5,
}
