import type { Host } from '../kernel/host.ts'
import type { Random } from '../kernel/random.ts'

export interface AttendanceOptions {
  readonly host: Host
  readonly random: Random
  /** Somebody waits for the next answer. */
  readonly isAwaited: () => boolean
  readonly hasLeft: () => boolean
  /** One heartbeat; a rejection is followed by another one. */
  readonly beat: () => Promise<void>
}

const heartbeatMs = 500

/** Heartbeats of a member, but for those that would say nothing. Returns what says that there is something to learn or to tell at the next one. */
export function startAttendance({ host, random, isAwaited, hasLeft, beat }: AttendanceOptions): () => void {
  let attending = false
  let again = false

  async function attend(): Promise<void> {
    while (again || isAwaited()) {
      again = false
      await host.sleep(random.int(1, heartbeatMs), 'heartbeat')
      if (hasLeft()) return
      await beat().catch(() => {
        again = true
      })
    }
    attending = false
  }

  return () => {
    again = true
    if (attending || hasLeft()) return
    attending = true
    void attend()
  }
}
