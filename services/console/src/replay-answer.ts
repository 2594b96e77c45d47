import { isJsonObject, type JsonObject } from '@leadline/domain'
import { rereadJson } from '@leadline/formats'
import type { ReplayView } from '@leadline/store'
import { isoTime } from './lead-answer.ts'

/** How far a replay is: `starting` leads, `running` until all that it started have ended, `completed`. */
export function replayAnswer(replay: ReplayView): JsonObject {
  const { replayId, total, started, orderedBy, fromStep, succeededSteps, idempotencyKeys, leadsPerSecond } = replay
  const { success, failure, error } = replay.ended
  const completed = success + failure + error
  const selection = rereadJson(replay.selection)
  return {
    replayId,
    status: replay.status === 'running' ? 'starting' : completed < started ? 'running' : 'completed',
    ...{ total, started, completed },
    running: Math.max(0, started - completed),
    ended: { success, failure, error },
    ...{ orderedBy, fromStep, succeededSteps, idempotencyKeys, leadsPerSecond },
    selection: isJsonObject(selection) ? selection : null,
    orderedAt: isoTime(replay.orderedAt),
    updatedAt: isoTime(replay.updatedAt),
  }
}
