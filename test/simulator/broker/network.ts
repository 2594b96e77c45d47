import { LeadlineError } from '@leadline/domain'
import type { Host } from '../kernel/host.ts'
import type { Random } from '../kernel/random.ts'
import type { Timeline } from '../kernel/timeline.ts'

/** Who answers: coordinators can be away while partitions are not. `positions` is the groups' coordinator on a connection of its own. */
export type Service = 'transactions' | 'groups' | 'positions' | 'broker-0' | 'broker-1' | 'broker-2'

/** Shares of requests that go wrong, [0, 1). */
export interface NetworkFaults {
  readonly lostRequests: number
  readonly lostAnswers: number
  /** The sender is told of an error, and the request arrives all the same, later. */
  readonly lateRequests: number
  readonly slowRequests: number
}

export const noNetworkFaults: NetworkFaults = { lostRequests: 0, lostAnswers: 0, lateRequests: 0, slowRequests: 0 }

/** Requests between processes and brokers; each way is an event. */
export interface Network {
  call<T>(request: Request<T>): Promise<T>
  /** The service answers nobody for so long. */
  cut(service: Service, forMs: number): void
  /** Nothing goes wrong any more. */
  heal(): void
  isAway(service: Service): boolean
}

export interface Request<T> {
  readonly from: Host
  readonly to: Service
  readonly what: string
  /** Runs at the service. */
  readonly work: () => T | Promise<T>
}

export interface NetworkOptions {
  readonly timeline: Timeline
  readonly random: Random
  readonly faults: NetworkFaults
  readonly count: (fault: string) => void
}

type Fate = 'fine' | 'lost-request' | 'lost-answer' | 'late'

export function createNetwork({ timeline, random, faults, count }: NetworkOptions): Network {
  const awayUntil = new Map<Service, number>()
  let current = faults

  function fate(): Fate {
    const dice = random.next()
    const { lostRequests, lostAnswers, lateRequests } = current
    if (dice < lostRequests) return 'lost-request'
    if (dice < lostRequests + lostAnswers) return 'lost-answer'
    return dice < lostRequests + lostAnswers + lateRequests ? 'late' : 'fine'
  }

  function travelMs(): number {
    return random.chance(current.slowRequests) ? random.int(20, 4_000) : random.int(0, 3)
  }

  const isAway = (service: Service): boolean => (awayUntil.get(service) ?? 0) > timeline.now()

  function call<T>({ from, to, what, work }: Request<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    const fails = (afterMs: number, why: string): void => {
      from.after(afterMs, `${what} ${why}`, () => reject(new LeadlineError('LOG_UNAVAILABLE', `${what}: ${why}`)))
    }
    const chosen = fate()
    if (chosen !== 'fine') count(`network: ${chosen}`)
    if (chosen === 'lost-request') {
      fails(random.int(1, 2_000), 'lost')
      return promise
    }
    if (chosen === 'late') fails(random.int(1, 20), 'cut')
    timeline.schedule(chosen === 'late' ? random.int(20, 8_000) : travelMs(), `${from.name}>${to} ${what}`, () => {
      if (isAway(to) || (to === 'groups' && from.cutOff)) return fails(travelMs(), 'away')
      const answered = (settle: () => void): void => {
        if (chosen === 'lost-answer') fails(random.int(1, 200), 'unanswered')
        else if (chosen === 'fine') from.after(travelMs(), `<${what}`, settle)
      }
      perform(
        work,
        (value) => answered(() => resolve(value)),
        (error) => answered(() => reject(error)),
      )
    })
    return promise
  }

  return {
    call,
    isAway,
    cut: (service, forMs) => {
      awayUntil.set(service, Math.max(awayUntil.get(service) ?? 0, timeline.now() + forMs))
    },
    heal: () => {
      current = noNetworkFaults
      awayUntil.clear()
    },
  }
}

function perform<T>(work: () => T | Promise<T>, done: (value: T) => void, failed: (error: unknown) => void): void {
  try {
    const result = work()
    if (result instanceof Promise) result.then(done, failed)
    else done(result)
  } catch (error) {
    failed(error)
  }
}
