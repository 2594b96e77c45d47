/** The protocol's error codes that mean something to us (https://kafka.apache.org/protocol#protocol_error_codes). */
export const errorCode = {
  none: 0,
  offsetOutOfRange: 1,
  unknownTopicOrPartition: 3,
  leaderNotAvailable: 5,
  notLeaderOrFollower: 6,
  requestTimedOut: 7,
  messageTooLarge: 10,
  coordinatorLoading: 14,
  coordinatorNotAvailable: 15,
  notCoordinator: 16,
  recordListTooLarge: 18,
  notEnoughReplicas: 19,
  notEnoughReplicasAfterAppend: 20,
  illegalGeneration: 22,
  unknownMember: 25,
  rebalanceInProgress: 27,
  policyViolation: 44,
  outOfOrderSequence: 45,
  duplicateSequence: 46,
  invalidProducerEpoch: 47,
  invalidTransactionState: 48,
  concurrentTransactions: 51,
  kafkaStorageError: 56,
  unknownProducerId: 59,
  fencedLeaderEpoch: 74,
  unknownLeaderEpoch: 75,
  groupIdNotFound: 69,
  invalidRecord: 87,
  unstableOffset: 88,
  producerFenced: 90,
  unknownTopicId: 100,
  inconsistentTopicId: 103,
  fencedMemberEpoch: 110,
  staleMemberEpoch: 113,
} as const

const names: ReadonlyMap<number, string> = new Map(Object.entries(errorCode).map(([name, code]) => [code, name]))

/** Somebody else leads the partition, or nobody yet: metadata must be asked again. */
export const movedLeader: ReadonlySet<number> = new Set([
  errorCode.unknownTopicOrPartition,
  errorCode.leaderNotAvailable,
  errorCode.notLeaderOrFollower,
  errorCode.kafkaStorageError,
  errorCode.fencedLeaderEpoch,
  errorCode.unknownLeaderEpoch,
  errorCode.unknownTopicId,
  errorCode.inconsistentTopicId,
])

/** The topic is gone, or another one by now. A broker that has just started may say so too. */
export const alteredTopic: ReadonlySet<number> = new Set([
  errorCode.unknownTopicOrPartition,
  errorCode.unknownTopicId,
  errorCode.inconsistentTopicId,
])

/** The topic does not take these records, whoever sends them and however often. */
export const refusesRecords: ReadonlySet<number> = new Set([
  errorCode.messageTooLarge,
  errorCode.recordListTooLarge,
  errorCode.policyViolation,
  errorCode.invalidRecord,
])

/** Somebody else coordinates: it must be looked for again. */
export const movedCoordinator: ReadonlySet<number> = new Set([errorCode.coordinatorNotAvailable, errorCode.notCoordinator])

/** The same request can succeed a moment later. */
export const busy: ReadonlySet<number> = new Set([
  errorCode.coordinatorLoading,
  errorCode.concurrentTransactions,
  errorCode.requestTimedOut,
  errorCode.notEnoughReplicas,
  errorCode.notEnoughReplicasAfterAppend,
])

/** The group does not know this member by this epoch: its lanes may be somebody else's. */
export const outOfGroup: ReadonlySet<number> = new Set([
  errorCode.illegalGeneration,
  errorCode.unknownMember,
  errorCode.rebalanceInProgress,
  errorCode.fencedMemberEpoch,
  errorCode.staleMemberEpoch,
])

/** Whoever is to leave the group is not in it. */
export const notInGroup: ReadonlySet<number> = new Set([errorCode.unknownMember, errorCode.groupIdNotFound])

/** Our transactional id has another identity now: somebody has taken it over, or a transaction of ours took too long. */
export const takenOver: ReadonlySet<number> = new Set([errorCode.invalidProducerEpoch, errorCode.producerFenced])

/** The broker knows nothing of the appends before this one by the same identity. */
export const forgottenProducer: ReadonlySet<number> = new Set([
  errorCode.outOfOrderSequence,
  errorCode.unknownProducerId,
  errorCode.invalidProducerEpoch,
])

export function codeText(code: number): string {
  return `${names.get(code) ?? 'error'} (${code})`
}
