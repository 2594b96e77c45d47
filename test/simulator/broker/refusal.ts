/** What a broker says no with, by the names that Kafka has for it. */
export type RefusalType =
  | 'INVALID_PRODUCER_EPOCH'
  | 'CONCURRENT_TRANSACTIONS'
  | 'INVALID_TXN_STATE'
  | 'OFFSET_METADATA_TOO_LARGE'
  | 'MESSAGE_TOO_LARGE'
  | 'UNKNOWN_MEMBER_ID'
  | 'FENCED_MEMBER_EPOCH'
  | 'STALE_MEMBER_EPOCH'
  | 'UNSTABLE_OFFSET_COMMIT'
  | 'REBALANCED'

export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly type: RefusalType

  constructor(type: RefusalType) {
    super(type)
    this.type = type
  }
}
