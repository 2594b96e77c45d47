import { LeadlineError } from '@leadline/domain'
import type { Admin } from 'kafkajs'
import { unavailable } from '../log-errors.ts'
import { createCluster, createKafka, type KafkaConnection, type Owned } from './kafka-client.ts'
import { errorType } from './kafka-errors.ts'
import type { Cluster } from './kafkajs-internals.ts'

/** Questions to the cluster, over two connections that are made when first needed and made again after an error. */
export interface KafkaAdmin {
  use<T>(work: (admin: Admin) => Promise<T>): Promise<T>
  useCluster<T>(work: (cluster: Cluster) => Promise<T>): Promise<T>
  close(): void
}

export function createKafkaAdmin(connection: KafkaConnection): KafkaAdmin {
  const admins = createKept(async () => {
    const client = createKafka(connection)
    return connectOrDestroy({ it: client.it.admin(), destroy: client.destroy })
  })
  const clusters = createKept(() => connectOrDestroy(createCluster(connection)))
  return {
    use: admins.use,
    useCluster: clusters.use,
    close() {
      admins.close()
      clusters.close()
    },
  }
}

async function connectOrDestroy<T extends { connect(): Promise<void> }>(client: Owned<T>): Promise<Owned<T>> {
  try {
    await client.it.connect()
    return client
  } catch (error) {
    client.destroy()
    throw error
  }
}

/** Keeps one of something until it fails. */
function createKept<T>(make: () => Promise<Owned<T>>) {
  let current: Promise<Owned<T>> | undefined
  let closed = false
  return {
    async use<R>(work: (it: T) => Promise<R>): Promise<R> {
      if (closed) throw unavailable('do this: it is closed')
      current ??= make()
      const used = current
      try {
        return await work((await used).it)
      } catch (error) {
        // A refusal is an answer: the connection is well, and others may be using it.
        if (errorType(error) !== undefined || error instanceof LeadlineError) throw error
        if (current === used) current = undefined
        used.then(
          (client) => client.destroy(),
          () => {},
        )
        throw error
      }
    },
    close() {
      closed = true
      current?.then(
        (client) => client.destroy(),
        () => {},
      )
    },
  }
}
