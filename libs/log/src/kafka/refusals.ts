import type { LeadlineError } from '@leadline/domain'
import type { CoordinatorAnswer, CoordinatorType } from '../kafka-fenced/wire/group-calls.ts'
import type { TopicRights } from '../kafka-fenced/wire/topic-rights-call.ts'
import type { LogListener } from '../log-listener.ts'
import { errorType, isWithoutCoordinator } from './kafka-errors.ts'
import { missingRight, type Resource, type Right, refusedOn, refusedTypes } from './missing-right.ts'
import { refusedConnection } from './refused-connection.ts'

/** Finds out what Kafka refuses to this process, and says so. */
export interface Refusals {
  /** LOG_REFUSED naming the certificate, the login or the one right of `needed` that is missing; undefined for every other error. */
  of(error: unknown, needed: readonly Right[]): Promise<LeadlineError | undefined>
  /** The same for a code of the protocol. */
  ofCode(code: number, needed: readonly Right[]): Promise<LeadlineError | undefined>
  /** To the operator, at once; the same again only after a while. */
  tell(refusal: LeadlineError, fields?: Fields): void
  /** `of`, and told to the operator. */
  tellOf(error: unknown, needed: readonly Right[], fields?: Fields): Promise<LeadlineError | undefined>
  /** `ofCode`, and told to the operator. */
  tellOfCode(code: number, needed: readonly Right[], fields?: Fields): Promise<LeadlineError | undefined>
}

/** What was done where, for the operator. */
type Fields = Readonly<Record<string, unknown>>

export interface RefusalsOptions {
  /** What this login may do with topics; asked when an answer does not say which of several topics it means. */
  readonly rights: (topics: readonly string[]) => Promise<TopicRights>
  /** Asked when kafkajs found no coordinator: it does not say why. */
  readonly coordinator: (type: CoordinatorType, key: string) => Promise<Pick<CoordinatorAnswer, 'code'>>
  readonly listener: LogListener
  readonly now: () => number
}

const silentMs = 30_000

export function createRefusals({ rights, coordinator, listener, now }: RefusalsOptions): Refusals {
  const told = new Map<string, number>()

  async function named(on: Resource, needed: readonly Right[]): Promise<LeadlineError | undefined> {
    const candidates = needed.filter((right) => right.on === on)
    const [only, ...others] = candidates
    if (only === undefined) return undefined
    if (others.length === 0 || on !== 'topic') return missingRight(only)
    const have = await rights(candidates.map(({ name }) => name)).catch(() => undefined)
    const missing = candidates.find(({ operation, name }) => have?.get(name)?.has(operation) !== true)
    return missing && missingRight(missing)
  }

  async function uncoordinated(needed: readonly Right[]): Promise<LeadlineError | undefined> {
    for (const right of needed) {
      if (right.on === 'topic') continue
      const found = await coordinator(right.on === 'group' ? 'group' : 'transaction', right.name).catch(() => undefined)
      if (found !== undefined && refusedOn.get(found.code) === right.on) return missingRight(right)
    }
    return undefined
  }

  async function of(error: unknown, needed: readonly Right[]): Promise<LeadlineError | undefined> {
    if (isWithoutCoordinator(error)) return await uncoordinated(needed)
    const on = refusedTypes.get(errorType(error) ?? '')
    return refusedConnection(error) ?? (on === undefined ? undefined : await named(on, needed))
  }

  async function ofCode(code: number, needed: readonly Right[]): Promise<LeadlineError | undefined> {
    const on = refusedOn.get(code)
    return on === undefined ? undefined : await named(on, needed)
  }

  function tell(refusal: LeadlineError, fields: Fields = {}): void {
    const again = now() - (told.get(refusal.message) ?? Number.NEGATIVE_INFINITY) < silentMs
    if (!again) told.set(refusal.message, now())
    listener(again ? 'debug' : 'error', refusal.message, { code: refusal.code, ...refusal.fields, ...fields })
  }

  async function tellFound(refusal: Promise<LeadlineError | undefined>, fields?: Fields): Promise<LeadlineError | undefined> {
    const found = await refusal
    if (found !== undefined) tell(found, fields)
    return found
  }

  return {
    of,
    ofCode,
    tell,
    tellOf: (error, needed, fields) => tellFound(of(error, needed), fields),
    tellOfCode: (code, needed, fields) => tellFound(ofCode(code, needed), fields),
  }
}
