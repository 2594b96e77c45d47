import { onceBroken } from './once-broken.ts'

/** A deliberately wrong product: one passage of one file replaced. */
export interface Mutant {
  /** What is wrong with it. */
  readonly name: string
  /** From the root of the repository. */
  readonly file: string
  /** Must be in the file, once its types are gone, exactly once. */
  readonly passage: string
  readonly instead: string
  /** Known to catch it: where the search begins in CI. */
  readonly seed: number
}

const engine = (file: string): string => `libs/engine/src/${file}.ts`
const commitEvidence = 'libs/log/src/kafka-fenced/commit-evidence.ts'
const commitQueue = 'libs/log/src/kafka-fenced/commit-queue.ts'

const wrong: readonly Mutant[] = [
  {
    name: 'the base is committed beyond what is not done',
    file: engine('window'),
    passage: 'entries.find((entry) => !isDone(entry))?.offset ?? nextOffset',
    instead: 'nextOffset',
    seed: 1,
  },
  {
    name: 'the map of what is done beyond the base is stripped',
    file: engine('committer'),
    passage: 'encodeMetadata({ ...metadata, stamp',
    instead: 'encodeMetadata({ ...metadata, runs: [], stamp',
    seed: 1,
  },
  {
    name: 'the restored map is forgotten',
    file: engine('lane'),
    passage: 'createWindow(base, runs)',
    instead: 'createWindow(base, [])',
    seed: 1,
  },
  {
    name: 'a completion that comes during a flush counts as committed with it',
    file: engine('window'),
    passage: "if (entry.state !== 'committing') continue\n      entry.state = 'done'",
    instead: "if (entry.state !== 'committing' && entry.state !== 'completed') continue\n      entry.state = 'done'",
    seed: 0,
  },
  {
    name: 'a completion that comes during a flush waits for the next one for ever',
    file: engine('flusher'),
    passage: 'if (completed.size > 0 || announcing !== undefined) schedule()',
    instead: 'if (announcing !== undefined) schedule()',
    seed: 1,
  },
  {
    name: 'the number of the stamp is not looked at after an unknown commit',
    file: engine('committer'),
    passage: 'if (turnOf(position) > turnOf(known))',
    instead: 'if (turnOf(position) > 0)',
    seed: 0,
  },
  {
    name: 'an unknown commit counts as committed',
    file: engine('committer'),
    passage: "if (answer === 'committed') {",
    instead: "if (answer !== 'fenced') {",
    seed: 244,
  },
  {
    name: 'an unknown commit is repeated without a look at the position',
    file: engine('committer'),
    passage: "return isSame(position, known) ? { type: 'repeated' } : { type: 'overtaken', position }",
    instead: "return { type: 'repeated' }",
    seed: 1816,
  },
  {
    name: 'after an unknown commit that did not take place everything is called again',
    file: engine('committer'),
    passage: "return isSame(position, known) ? { type: 'repeated' } : { type: 'overtaken', position }",
    instead: "return { type: 'overtaken', position }",
    seed: 3,
  },
  {
    name: 'retries are published beside the transaction',
    file: engine('lane'),
    passage: 'flusher.add(entry, completion)',
    instead: `const retries = completion.records.filter(({ topic }) => topic.includes('retry.'))
    void log.append(retries).catch(() => {})
    flusher.add(entry, { ...completion, records: completion.records.filter((record) => !retries.includes(record)) })`,
    seed: 1,
  },
  {
    name: 'two records of a key run at once',
    file: engine('dispatch'),
    passage: 'if (tail === undefined) offer(entry)\n    else tail.next = entry',
    instead: 'offer(entry)',
    seed: 2,
  },
  {
    name: 'a parked record is released a second early',
    file: engine('dispatch'),
    passage: 'if (due <= clock.now()) ready.push(entry)',
    instead: 'if (due <= clock.now() + 1_000) ready.push(entry)',
    seed: 0,
  },
  {
    name: 'a record that waits for longer than the longest tier is sent back after it',
    file: 'services/retrier/src/retrier.ts',
    passage: 'if (leavesAt(record, dueAt) < dueAt && leftMs > 0) {',
    instead: 'if (false) {',
    seed: 12,
  },
  {
    name: 'more calls than allowed run at once',
    file: engine('slots'),
    passage: 'if (inUse < limit) {',
    instead: 'if (inUse <= limit) {',
    seed: 3,
  },
  {
    name: 'a lane that is closed drops what it has finished',
    file: engine('lane'),
    passage: 'await Promise.race([flusher.drain(), delay(clock, limits.drainMs, signal)])',
    instead: '',
    seed: 433,
  },
  {
    name: 'state changes are not part of the transaction',
    file: engine('flusher'),
    passage: '[...records, ...state.records(changes)]',
    instead: 'records',
    seed: 2,
  },
  {
    name: 'state is not restored',
    file: engine('lane-state'),
    passage: 'state.replay(batch)',
    instead: 'void batch',
    seed: 2,
  },
  {
    name: 'a record whose processing throws is skipped',
    file: engine('lane'),
    passage: 'if (!away || signal.aborted) return finish(entry, poison(record, error))',
    instead: 'if (!away || signal.aborted) return finish(entry, { records: [] })',
    seed: 2,
  },
  {
    name: 'a commit takes more than fits into it',
    file: engine('flusher'),
    passage: 'if (completions > 0 && !budget.hasRoomFor(emitted, bytes)) break',
    instead: '',
    seed: 0,
  },
  {
    name: 'what is committed may be written over before the commit is answered',
    file: engine('flusher'),
    passage: 'const answer = await committer.commit({ ...window.project(), starts, suspect, records: chunk.records })',
    instead: `const records = chunk.records.splice(0)
    taken(records)
    const answer = await committer.commit({ ...window.project(), starts, suspect, records })`,
    seed: 0,
  },
  {
    name: 'what ends in error leaves no dead letter',
    file: 'libs/walk/src/conclude-attempt.ts',
    passage: "{ type: 'dead-letter', event: deadLetterOf(attempt, outcome, next.reason) },",
    instead: '',
    seed: 1,
  },
  {
    name: 'a retry does not count its attempt',
    file: 'libs/walk/src/conclude-attempt.ts',
    passage: 'attempt: next.attempt, firstFailedAt',
    instead: 'attempt: work.attempt, firstFailedAt',
    seed: 0,
  },
]

/** Wrong in what fences: the log itself, and the queue of a process' commits. */
const unfenced: readonly Mutant[] = [
  {
    name: "a producer's epoch is not checked",
    file: 'test/simulator/broker/transactions.ts',
    passage: "if (state.epoch !== epoch) throw new Refusal('INVALID_PRODUCER_EPOCH')",
    instead: '',
    seed: 4,
  },
  {
    name: "a member's epoch is not checked",
    file: 'test/simulator/broker/consumer-groups.ts',
    passage: "if (member.epoch !== epoch) throw new Refusal('STALE_MEMBER_EPOCH')",
    instead: '',
    seed: 349,
  },
  {
    name: 'the fence after a drain is forgotten: a lane that was given back commits all the same',
    file: commitQueue,
    passage: 'if (!commit.lost.aborted && !signal.aborted) return true',
    instead: 'return true',
    seed: 1,
  },
  {
    name: 'the next transaction begins though the end of the one before is in doubt',
    file: commitQueue,
    passage: 'take(chunk, end.trace, () => end.type)',
    instead: "take(chunk, end.trace, () => 'committed')",
    seed: 107,
  },
  {
    name: 'of what waits together a commit is left out',
    file: commitQueue,
    passage: 'byPartition(chunk.map(({ records }) => records))',
    instead: 'byPartition(chunk.slice(0, 1).map(({ records }) => records))',
    seed: 3,
  },
  {
    name: "the group's position is believed, though records tell of another one",
    file: engine('committer'),
    passage: 'return await lane.positionByRecords?.()',
    instead: 'return undefined',
    seed: 1,
  },
  {
    name: 'a commit that records show to have been made is made again for the group to hear of it',
    file: engine('committer'),
    passage: 'records = []',
    instead: 'records = plan.records',
    seed: 1,
  },
  {
    name: 'of the commits whose records are looked for, the one in doubt is left out',
    file: commitEvidence,
    passage: "if (found === 'there' && inDoubt !== undefined)",
    instead: "if (found === 'there' && inDoubt === null)",
    seed: 1,
  },
  {
    name: 'records are looked for before the transactions on their partition are over',
    file: 'test/simulator/driver/fenced-membership.ts',
    passage: "(partition.stable > offset ? partition.stored.find(({ record }) => record.offset === offset) : 'open')",
    instead: 'partition.stored.find(({ record }) => record.offset === offset && partition.stable > offset)',
    seed: 539,
  },
]

export const mutants: readonly Mutant[] = [...wrong, ...unfenced, ...onceBroken]
