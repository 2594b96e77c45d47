import type { Mutant } from './mutants.ts'

/** Faults that the product once had, put back. */
export const onceBroken: readonly Mutant[] = [
  {
    name: 'records held for want of a slot are not asked for again',
    file: 'libs/engine/src/dispatch.ts',
    passage: "if (admission === 'no-slot') interrupted.add(resource)",
    instead: '',
    seed: 19,
  },
  {
    name: 'the memory of leads is kept by when they were received',
    file: 'services/worker/src/intake.ts',
    passage: 'const at = record.timestamp',
    instead: 'const at = received.receivedAt',
    seed: 9,
  },
  {
    name: 'a lead whose result cannot be kept stays in its line',
    file: 'services/worker/src/step.ts',
    passage: '\n    return { ...toCompletion(drafts), state: line === undefined ? [] : left(line, work.leadId, now()) }',
    instead: '\n    return toCompletion(drafts)',
    seed: 349,
  },
  {
    name: 'a start is announced again while its announcement is under way',
    file: 'libs/engine/src/flusher.ts',
    passage: 'if (telling) return false',
    instead: '',
    seed: 75,
  },
  {
    name: 'what was done before a restart is forgotten while its records are still on their way',
    file: 'libs/engine/src/window.ts',
    passage: ', ...restored.beyond(nextOffset)]',
    instead: ']',
    seed: 0,
  },
  {
    name: 'a lane whose opening meets an absent log is given up',
    file: 'libs/engine/src/run-processor.ts',
    passage: 'if (!toLeadlineError(thrown).retryable || lost.aborted) throw thrown',
    instead: 'throw thrown',
    seed: 1,
  },
  {
    name: 'state is restored before all that the former owner committed can be read',
    file: 'libs/engine/src/lane-state.ts',
    passage: 'await log.settled(topic, partition)',
    instead: '',
    seed: 312,
  },
]
