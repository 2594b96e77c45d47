/** What was broken, by kind, and where. */
export interface Violation {
  readonly kind: ViolationKind
  readonly what: string
}

export type ViolationKind =
  | 'outcome without offset'
  | 'offset without outcome'
  | 'second outcome'
  | 'torn completion'
  | 'foreign record'
  | 'position went back'
  | 'unreadable metadata'
  | 'over a limit'
  | 'two of a key at once'
  | 'key order'
  | 'started twice'
  | 'finished and dropped'
  | 'committed late'
  | 'started before due'
  | 'too many in flight'
  | 'lost'
  | 'not drained'
  | 'wrong outcome'
  | 'wrong activity'
  | 'wrong duplicate verdict'
  | 'unexpected error'
  | 'lane stopped'

export type Report = (kind: ViolationKind, what: string) => void
