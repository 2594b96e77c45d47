import type { LogRecord } from '@leadline/log'
import type { Completion, ProcessContext } from './processor.ts'

/**
 * What stands between a ready record and its start: the limits and the state of what it would use. Asked in the dispatch, so that what
 * waits costs no attempt and nobody else's time. One gate serves all lanes of a processor in this process.
 */
export interface Gate {
  /** What the record would use; undefined: nothing that is limited. Called once per record, must be cheap. */
  resourceOf(record: LogRecord): string | undefined
  /** `crowded`: the lane holds so many records already that one more must not wait in it. */
  ask(resource: string, crowded: boolean): Permission
  /** Gives back the permit of a `start`. */
  release(resource: string): void
  /** Moves a record out of the lane until `dueAt`, without an attempt. */
  park(record: LogRecord, dueAt: number, context: ProcessContext): Promise<Completion> | Completion
  /** Calls `listener` whenever held records of a resource should be asked for again. Returns what ends that. */
  onChange(listener: (resource: string) => void): () => void
}

export type Permission =
  | { readonly type: 'start' }
  /** Wait in the lane until `onChange` names the resource. */
  | { readonly type: 'hold' }
  /** Leave the lane; nothing will come of waiting before `dueAt` (milliseconds since 1970). */
  | { readonly type: 'park'; readonly dueAt: number }
