import type { LeadlineError } from '@leadline/domain'
import { createBackoff, pause } from '../kafka/backoff.ts'
import { errorText } from '../kafka/kafka-errors.ts'
import { onTopics, readGroup } from '../kafka/missing-right.ts'
import type { Refusals } from '../kafka/refusals.ts'
import type { LogListener } from '../log-listener.ts'
import type { Cluster } from './cluster.ts'
import { createSessionRenewal } from './session-renewal.ts'
import type { GroupPlace } from './transactor.ts'
import type { BrokerConnection } from './wire/broker-connection.ts'
import { busy, codeText, errorCode, movedCoordinator, notInGroup, outOfGroup } from './wire/error-codes.ts'
import { type AssignedTopic, type HeartbeatAnswer, heartbeatCall } from './wire/group-calls.ts'

/** A member of a group under KIP-848: the broker decides who has which partition, and takes none away before it was given back. */
export interface GroupMember {
  /** Resolves when the group has taken us in; rejects when the member leaves before. */
  readonly joined: Promise<void>
  /** As of the last answer: what an offset commit must carry. */
  place(): GroupPlace
  /** Resolves when the group has answered a heartbeat that is sent after this call; at once when the member leaves. */
  confirm(): Promise<void>
  /** What is owned has changed: the group is told now. */
  tell(): void
  leave(): Promise<void>
}

export interface GroupMemberOptions {
  readonly cluster: Cluster
  readonly group: string
  readonly topics: readonly string[]
  /** Its name now; another one when it joins anew. */
  readonly member: () => string
  /** A former process had this member's name: it is shown out first, or it would be taken for us. */
  readonly takesOver: boolean
  readonly heartbeatIntervalMs: number
  readonly rebalanceTimeoutMs: number
  readonly owned: () => readonly AssignedTopic[]
  readonly assigned: (target: readonly AssignedTopic[]) => void
  /** The group goes on without us: whatever we own may be somebody else's. */
  readonly fenced: () => void
  readonly listener: LogListener
  readonly refusals: Refusals
}

const refused = 'it refuses this login'
const outside = 'it goes on without this member'
/** Shorter than the group waits for a silent member, so that there is time to find another coordinator. */
const answerMs = 5_000
const distinct = 1_000

export function joinGroup(options: GroupMemberOptions): GroupMember {
  const { cluster, group, member, topics, rebalanceTimeoutMs, listener, refusals } = options
  const joined = Promise.withResolvers<void>()
  joined.promise.catch(() => {})
  const leaving = new AbortController()
  let epoch = 0
  let news = true
  let wake = new AbortController()
  let confirmers: (() => void)[] = []
  /** Somebody is in the group by our name: a former process, or we as it knew us. */
  let former = options.takesOver
  let timeoutMs = rebalanceTimeoutMs
  let written = 0
  let coordinator: BrokerConnection | undefined
  const renewal = createSessionRenewal(options)

  async function beat(at: number): Promise<HeartbeatAnswer> {
    const whole = at <= 0 || news
    news = false
    const connection = await cluster.toCoordinator('group', group, 'heartbeat')
    if (connection !== coordinator) renewal.coordinatorChanged()
    coordinator = connection
    return connection.request(
      heartbeatCall({
        group,
        member: member(),
        epoch: at,
        rebalanceTimeoutMs: timeoutMs,
        topics: whole ? topics : null,
        owned: at === 0 ? [] : whole ? options.owned() : null,
      }),
      answerMs,
    )
  }

  /**
   * Makes the group write something down before it answers: a coordinator that has just started tells of positions as old as its last
   * checkpoint (five seconds by default) until its copies have caught up, and an answer to something written comes only after that.
   * Each try has a value of its own: nothing is written for one that the group has heard before, though its answer was lost.
   */
  function askInWriting(): void {
    timeoutMs = rebalanceTimeoutMs + (++written % distinct)
  }

  function lookAgain(): void {
    cluster.forgetCoordinator('group', group)
    news = true
  }

  function accept(answer: HeartbeatAnswer, asked: readonly (() => void)[]): void {
    epoch = answer.epoch
    if (answer.assigned !== null) options.assigned(answer.assigned)
    joined.resolve()
    renewal.answered(epoch)
    confirmers = confirmers.filter((confirmer) => !asked.includes(confirmer))
    for (const confirmer of asked) confirmer()
  }

  /** It leaves before it joins anew: brokers before 4.2 refuse who they think is still in the group (KAFKA-19233), however long that lasts. */
  function beFenced(): void {
    former = true
    if (epoch !== 0) listener('warn', `the group ${group} has gone on without this member: its lanes are lost`, { group })
    epoch = 0
    news = true
    options.fenced()
  }

  async function live(): Promise<void> {
    const backoff = createBackoff(50, 2_000)
    while (!leaving.signal.aborted) {
      wake = new AbortController()
      const trouble = await (former ? showOut() : report()).catch(async (error: unknown) => {
        lookAgain()
        const refusal = await refusals.of(error, [])
        return refusal === undefined ? errorText(error) : beRefused(refusal)
      })
      if (trouble !== undefined) {
        await backoff.wait(leaving.signal, (delayMs) =>
          listener(
            trouble === refused || trouble === outside ? 'debug' : 'warn',
            `the group ${group} does not answer: ${trouble}; trying again in ${delayMs} ms`,
            { group },
          ),
        )
      } else if (former) former = false
      else {
        backoff.reset()
        await pause(options.heartbeatIntervalMs, AbortSignal.any([leaving.signal, wake.signal]))
      }
    }
  }

  /** Only an answer counts: a former process that is frozen, not dead, has our epoch until the group has let it go. */
  async function showOut(): Promise<string | undefined> {
    const answer = await beat(-1)
    return answer.code === 0 || notInGroup.has(answer.code) ? undefined : troubleOf(answer)
  }

  async function report(): Promise<string | undefined> {
    const asked = [...confirmers]
    if (asked.length > 0) askInWriting()
    const answer = await beat(epoch)
    if (answer.code === 0) {
      accept(answer, asked)
      return undefined
    }
    if (outOfGroup.has(answer.code)) {
      const joining = epoch === 0
      beFenced()
      return joining ? `it does not take this member in: ${codeText(answer.code)} ${answer.message ?? ''}` : outside
    }
    if (answer.code === errorCode.groupIdNotFound && epoch === 0)
      return 'members with KAFKA_TRANSACTIONS=lanes work for it, and must end first'
    return troubleOf(answer)
  }

  /** Who has never been in the group need not wait for it. */
  function beRefused(refusal: LeadlineError): string {
    refusals.tell(refusal, { group })
    joined.reject(refusal)
    return refused
  }

  async function troubleOf({ code, message }: HeartbeatAnswer): Promise<string> {
    const refusal = await refusals.ofCode(code, [...readGroup(group), ...onTopics('DESCRIBE', topics)])
    if (refusal !== undefined) return beRefused(refusal)
    if (movedCoordinator.has(code)) lookAgain()
    news ||= busy.has(code)
    return `${codeText(code)} ${message ?? ''}`
  }

  const life = live()
  return {
    joined: joined.promise,
    place: () => ({ member: member(), epoch }),
    confirm: () =>
      leaving.signal.aborted
        ? Promise.resolve()
        : new Promise((resolve) => {
            confirmers.push(resolve)
            wake.abort()
          }),
    tell() {
      news = true
      wake.abort()
    },
    async leave() {
      if (leaving.signal.aborted) return life
      leaving.abort()
      for (const confirmer of confirmers.splice(0)) confirmer()
      joined.reject(new Error(`the membership of ${group} was closed before the group answered`))
      await life
      await beat(-1).catch(() => {})
    },
  }
}
