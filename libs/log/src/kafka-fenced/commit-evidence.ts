import { LeadlineError } from '@leadline/domain'
import { isRefusal } from '../kafka/kafka-errors.ts'
import type { LanePosition, Log } from '../log.ts'

/** Where a transaction has written a record: when one is found there that has this time, the transaction was committed. */
export interface Written {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  /** Milliseconds since 1970. */
  readonly timestamp: number
}

/** What the records of a lane's last commits say of its position, whatever the group says. */
export interface CommitEvidence {
  /** Without a place, because there was nothing to write or no broker has told of it, it is as good as the commit before. */
  committed(position: LanePosition, written: Written | undefined): void
  /** Nobody has answered how it ended. */
  doubted(position: LanePosition, written: Written | undefined): void
  /** The group has told this position. */
  told(position: LanePosition): void
  /** The last position whose records are there; undefined when none are. Rejects when it cannot be found out now. */
  find(): Promise<LanePosition | undefined>
}

interface Commit {
  readonly position: LanePosition
  readonly written: Written | undefined
}

/** `opened` is the position with which the lane was opened: nothing of before is ever in question. */
export function createCommitEvidence(opened: LanePosition, isThere: (written: Written) => Promise<boolean>): CommitEvidence {
  let last: Commit = { position: opened, written: undefined }
  let inDoubt: Commit | undefined
  let told = opened

  const settle = ({ position, written }: Commit): void => {
    last = { position, written: written ?? last.written }
    inDoubt = undefined
  }
  return {
    committed: (position, written) => settle({ position, written }),
    doubted(position, written) {
      inDoubt = { position, written }
    },
    told(position) {
      told = position
      if (inDoubt !== undefined && isSame(inDoubt.position, position)) settle(inDoubt)
    },
    async find() {
      // Both agree, and no records could say that there was one more.
      if (inDoubt?.written === undefined && isSame(last.position, told)) return told
      if (inDoubt?.written !== undefined && (await isThere(inDoubt.written))) settle(inDoubt)
      else if (last.written !== undefined && !(await isThere(last.written))) return undefined
      return last.position
    },
  }
}

/** False, too, when this login may not read the topic, which it is then told, or the topic is gone. Rejects when nobody answers. */
export async function isThere(log: Pick<Log, 'settled' | 'read'>, written: Written): Promise<boolean> {
  const { topic, partition, offset, timestamp } = written
  try {
    // Brokers that have all been away show less than they hold, until their copies have caught up.
    await log.settled(topic, partition, offset + 1)
    for await (const records of log.read({ topic, partition, from: offset, to: offset + 1 })) {
      if (records.some((record) => record.timestamp === timestamp)) return true
    }
    return false
  } catch (error) {
    if (isRefusal(error) || (error instanceof LeadlineError && error.code === 'LOG_MISMATCH')) return false
    throw error
  }
}

function isSame(one: LanePosition, other: LanePosition): boolean {
  return one.offset === other.offset && one.metadata === other.metadata
}
