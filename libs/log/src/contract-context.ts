import type { Log, TopicShape } from './log.ts'

/** What a driver's tests provide, one for the whole suite. */
export interface LogHarness extends AsyncDisposable {
  /** Opens the log as one more process would. The caller disposes of it. */
  open(): Promise<Log>
  /** Opens a log to be closed by a test; it may hold other data. */
  openApart(): Promise<Log>
  /** Whether two processes can have the log open; if not, why, and the suite checks that a second one is refused. */
  readonly severalProcesses: true | string
  /** The next lane commit ends without an answer, though the log kept it; or the log never got it. */
  loseNextCommit(fate: 'kept' | 'dropped'): void
}

/** What every test of the suite gets: a log of its own, and names nobody else uses. */
export interface ContractContext {
  readonly harness: () => LogHarness
  readonly log: () => Log
  /** A new topic with a name of its own. */
  topic(shape?: Partial<TopicShape>): Promise<string>
  /** A new group's name. */
  group(): string
}
