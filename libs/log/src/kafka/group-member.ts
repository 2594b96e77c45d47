import { unavailable } from '../log-errors.ts'
import type { LogListener } from '../log-listener.ts'
import { type Backoff, createBackoff, pause, within } from './backoff.ts'
import { createCluster, type KafkaConnection, kafkajsLogger, type Owned } from './kafka-client.ts'
import { errorText, errorType, isRebalancing, isRefusal } from './kafka-errors.ts'
import { type Cluster, ConsumerGroup, InstrumentationEventEmitter } from './kafkajs-internals.ts'
import { onTopics, readGroup } from './missing-right.ts'
import { createStickyAssigner } from './sticky-assigner.ts'
import type { Assignment } from './sticky-assignment.ts'

export interface GroupMemberOptions {
  readonly connection: KafkaConnection
  readonly group: string
  readonly topics: readonly string[]
  readonly sessionTimeoutMs: number
  readonly heartbeatIntervalMs: number
  readonly owned: () => Assignment
  /** Called at every join with all of what is ours now. With a new `memberId` others may have had any of it in between. */
  readonly assigned: (assignment: Assignment, memberId: string) => void
  readonly listener: LogListener
}

/** Membership of a consumer group, and nothing else: no fetching, no offsets. */
export interface GroupMember {
  /** Resolves at the first join; rejects when `leave` comes first. */
  readonly joined: Promise<void>
  /** Resolves when the coordinator has once more confirmed what is ours: by a heartbeat or a join that began after the call. */
  confirm(): Promise<void>
  leave(): Promise<void>
}

const rebalanceTimeoutMs = 30_000
const leaveTimeoutMs = 3_000
const heartbeatTries = 4
const joinRetry = { initialRetryTime: 30, maxRetryTime: 500, factor: 0.2, multiplier: 2, retries: 8 }

export function startGroupMember(options: GroupMemberOptions): GroupMember {
  const { group, listener, connection } = options
  const stop = new AbortController()
  const joined = Promise.withResolvers<void>()
  joined.promise.catch(() => {})
  const backoff = createBackoff(100, 10_000)
  let current: { client: Owned<Cluster>; membership: ConsumerGroup } | undefined
  // Kept over new connections: with it the coordinator still knows us, and what is ours stays ours.
  let memberId: string | null = null
  let confirmations: (() => void)[] = []

  const confirmed = (asked: readonly (() => void)[]) => {
    confirmations = confirmations.filter((resolve) => !asked.includes(resolve))
    for (const resolve of asked) resolve()
  }
  const connect = async () => {
    const client = createCluster(connection)
    current = { client, membership: createMembership(options, client.it, memberId) }
    await client.it.connect()
    await client.it.addMultipleTargetTopics(options.topics)
    return current.membership
  }
  const join = async () => {
    const asked = [...confirmations]
    const membership = current?.membership ?? (await connect())
    await membership.joinAndSync()
    if (stop.signal.aborted) return
    memberId = membership.memberId
    const assignment = Object.fromEntries(membership.assigned().map(({ topic, partitions }) => [topic, [...partitions]]))
    options.assigned(assignment, membership.memberId ?? '')
    backoff.reset()
    joined.resolve()
    confirmed(asked)
  }
  const forget = (membership: ConsumerGroup) => {
    membership.memberId = null
    memberId = null
  }
  const drop = () => {
    current?.client.destroy()
    current = undefined
  }
  const run = async () => {
    while (!stop.signal.aborted) {
      try {
        await join()
        await heartbeatUntilRebalance()
      } catch (error) {
        if (stop.signal.aborted) return
        await waitOut(error)
      }
    }
  }
  const heartbeatUntilRebalance = async () => {
    const trouble = createBackoff(200, 2_000)
    for (let failures = 0; !stop.signal.aborted; ) {
      await pause(options.heartbeatIntervalMs, stop.signal)
      if (stop.signal.aborted || current === undefined) return
      const { membership, client } = current
      const asked = [...confirmations]
      try {
        await client.it.refreshMetadataIfNecessary()
        membership.checkForStaleAssignment()
        await membership.heartbeat({ interval: 0 })
        failures = 0
        confirmed(asked)
      } catch (error) {
        if (isRebalancing(error)) return
        if (errorType(error) === 'UNKNOWN_MEMBER_ID') {
          forget(membership)
          return
        }
        // A broker that restarts knows us still: joining anew would cost the whole group a rebalance.
        failures += 1
        if (failures >= heartbeatTries) throw error
        await trouble.wait(stop.signal)
      }
    }
  }
  const waitOut = async (error: unknown) => {
    if (isRebalancing(error)) return
    if (errorType(error) === undefined) drop()
    const needed = [...readGroup(group), ...onTopics('DESCRIBE', options.topics)]
    const refusal = await connection.refusals.tellOf(error, needed, { group })
    if (refusal !== undefined) {
      joined.reject(refusal)
      return backoff.wait(stop.signal)
    }
    await announce(backoff, stop.signal, listener, { group, error, brokers: connection.brokers.join(',') })
  }
  const running = run()

  return {
    joined: joined.promise,
    confirm() {
      const { promise, resolve } = Promise.withResolvers<void>()
      confirmations.push(resolve)
      return promise
    },
    async leave() {
      stop.abort()
      joined.reject(unavailable(`join ${group}: it is closed`))
      if (current !== undefined) await within(leaveTimeoutMs, current.membership.leave()).catch(() => {})
      drop()
      await running
    },
  }
}

function createMembership(options: GroupMemberOptions, cluster: Cluster, memberId: string | null): ConsumerGroup {
  // Whoever was out of the group has lost what it had, and must not claim it from who has it now.
  const owned = () => (membership.memberId === null ? {} : options.owned())
  const membership: ConsumerGroup = new ConsumerGroup({
    logger: kafkajsLogger(options.connection),
    cluster,
    groupId: options.group,
    topics: options.topics,
    topicConfigurations: {},
    instrumentationEmitter: new InstrumentationEventEmitter(),
    assigners: [createStickyAssigner({ owned, partitionsOf: (topics) => countPartitions(cluster, topics) })],
    sessionTimeout: options.sessionTimeoutMs,
    rebalanceTimeout: rebalanceTimeoutMs,
    // kafkajs repeats a join that another one overtook, and forgets what kind of error it was.
    retry: joinRetry,
    autoCommit: false,
  })
  membership.memberId = memberId
  return membership
}

async function countPartitions(cluster: Cluster, topics: readonly string[]): Promise<Map<string, number>> {
  await cluster.addMultipleTargetTopics(topics)
  return new Map(topics.map((topic) => [topic, cluster.findTopicPartitionMetadata(topic).length]))
}

function announce(
  backoff: Backoff,
  signal: AbortSignal,
  listener: LogListener,
  trouble: { group: string; brokers: string; error: unknown },
): Promise<void> {
  const { group, brokers, error } = trouble
  // An answer that will be another one soon, as from a coordinator that is still loading, is nobody's concern.
  const level = isRefusal(error) ? 'error' : errorType(error) === undefined ? 'warn' : 'debug'
  // What brokers answer to this kind of member while members under KIP-848 are there.
  const hint = errorType(error) === 'UNKNOWN' ? ' (members with KAFKA_TRANSACTIONS=group must end first, if it has any)' : ''
  return backoff.wait(signal, (delayMs) =>
    listener(level, `Kafka at ${brokers} does not let ${group} join: ${errorText(error)}${hint}; trying again in ${delayMs} ms`, {
      group,
    }),
  )
}
