import type { Sink } from './start-sink.ts'

const transactionKinds = ['lanes', 'group'] as const

/** How the lanes of workers commit, as KAFKA_TRANSACTIONS says it. */
export type Transactions = (typeof transactionKinds)[number]

/** The transactions that a command line names; undefined when there are none of that name. */
export const transactionsOf = (word: string | undefined): Transactions | undefined =>
  transactionKinds.find((kind) => kind === word)

/** What a benchmark is run with. */
export interface BenchTools {
  /** Addresses of a real Kafka. */
  readonly brokers: readonly string[]
  readonly transactions: Transactions
  /** Starts a destination that answers after so many milliseconds, a process of its own that ends with the benchmark. */
  sink(delayMs: number): Promise<Sink>
  /** Sizes as the table of goals names them, however long that takes. */
  readonly full: boolean
  /** Tells a person what goes on. */
  note(text: string): void
}

/** One line of the table. */
export interface BenchResult {
  readonly name: string
  readonly value: number
  readonly unit: string
  /** Measured in the same run; null when the goal is an absolute one. */
  readonly baseline: number | null
  readonly ratio: number | null
  readonly goal: string
  readonly met: boolean
}

/** One measurement that gives one or more lines. */
export interface Bench {
  readonly names: readonly string[]
  /** It needs no Kafka. */
  readonly alone?: true
  run(tools: BenchTools): Promise<readonly BenchResult[]>
}
