import { LeadlineError } from '@leadline/domain'
import { untilAborted } from '../kafka/backoff.ts'
import { errorText } from '../kafka/kafka-errors.ts'
import type { TopicCatalog } from '../kafka/topic-catalog.ts'
import type { LaneName } from '../local-storage.ts'
import type { LanePosition, LogLane } from '../log.ts'
import type { LogListener } from '../log-listener.ts'
import { createCommitEvidence, isSame, type Written } from './commit-evidence.ts'
import type { CommitQueue } from './commit-queue.ts'
import type { Feed } from './feed.ts'
import type { Found } from './wire/batch-fate.ts'

export interface FencedLaneOptions {
  readonly name: LaneName
  readonly position: LanePosition
  readonly feed: Pick<Feed, 'start' | 'pause' | 'resume'>
  readonly commits: CommitQueue
  readonly catalog: Pick<TopicCatalog, 'place'>
  readonly metadataLength: number
  readonly lost: AbortSignal
  /** Resolves when the group has said whether the lane is still ours, or it is lost. */
  readonly confirm: () => Promise<void>
  /** The committed position; undefined when the lane is lost. */
  readonly positionAgain: () => Promise<LanePosition | undefined>
  readonly find: (written: Written) => Promise<Found>
  readonly listener: LogListener
}

/** A lane whose commits go through its member's one producer: the group's epoch in them is the fence. */
export function createFencedLane(options: FencedLaneOptions): LogLane {
  const { name, position, feed, commits, catalog, metadataLength, lost, listener } = options
  const evidence = createCommitEvidence(position, options.find)
  let told = position
  return {
    ...name,
    position,
    start: feed.start,
    pause: feed.pause,
    resume: feed.resume,
    async commit({ offset, metadata, records }) {
      if (lost.aborted) return 'fenced'
      try {
        if (metadata.length > metadataLength) throw metadataTooLong(metadata.length, metadataLength)
        const placed = await catalog.place(records)
        const { answer, trace } = await commits.commit({ lane: name, offset, metadata, records: placed, lost })
        if (answer === 'committed') evidence.committed({ offset, metadata }, trace)
        if (answer === 'unknown') evidence.doubted({ offset, metadata }, trace)
        return answer
      } catch (error) {
        listener('warn', `a commit of ${name.group} on ${name.topic}/${name.partition} was not begun: ${errorText(error)}`, {
          ...name,
        })
        return 'unknown'
      }
    },
    async reopen() {
      if (lost.aborted) return 'fenced'
      // Asked before anything is settled: a process that has our name by now must not be fenced by what it has fenced.
      await options.confirm()
      if (lost.aborted) return 'fenced'
      try {
        await commits.settle()
      } catch {
        return 'fenced'
      }
      const again = await options.positionAgain()
      if (again === undefined) return 'fenced'
      told = again
      evidence.told(told)
      return told
    },
    async positionByRecords() {
      const where = `${name.topic}/${name.partition}`
      try {
        const found = await untilAborted(evidence.find(), lost)
        if (lost.aborted || found === undefined) return undefined
        if (!isSame(found, told)) {
          const fields = { ...name, told, found }
          listener('warn', `${name.group} tells of another position of ${where} than its records: they count`, fields)
        }
        return found
      } catch (error) {
        listener('warn', `it cannot be found out whether a commit on ${where} was made: ${errorText(error)}`, { ...name })
        throw error
      }
    },
  }
}

function metadataTooLong(length: number, most: number): LeadlineError {
  return new LeadlineError('RECORD_TOO_LARGE', `commit metadata of ${length} characters is over ${most}`)
}
