import { Client, type Dispatcher } from 'undici'

/** Connections to one origin, one call at a time on each. */
export interface Connections {
  /** Sends on the connection that became free last, or when one becomes free; `done` is to be called once when the call has ended, sent or not. */
  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): { readonly done: () => void }
  destroy(): Promise<void>
}

interface Turn {
  client: Client | undefined
  readonly options: Dispatcher.DispatchOptions
  readonly handler: Dispatcher.DispatchHandler
}

/**
 * As a pool of undici would do it, whose search for a free connection walks through all of them, twice for each call:
 * with hundreds of calls in flight that costs more than sending one. The last one used is the warmest, and those that a quieter
 * time does not need go by themselves.
 */
export function openConnections(origin: string, limit: number, options: Client.Options): Connections {
  const all: Client[] = []
  const free: Client[] = []
  // In the order of their coming; a turn that ends while it waits leaves.
  const waiting = new Set<Turn>()

  const claim = (): Client | undefined => {
    const client = free.pop()
    if (client !== undefined || all.length >= limit) return client
    const opened = new Client(origin, options)
    all.push(opened)
    return opened
  }

  const start = (turn: Turn, client: Client): void => {
    turn.client = client
    client.dispatch(turn.options, turn.handler)
  }

  const end = (turn: Turn): void => {
    waiting.delete(turn)
    const { client } = turn
    if (client === undefined) return
    turn.client = undefined
    for (const next of waiting) {
      waiting.delete(next)
      return start(next, client)
    }
    free.push(client)
  }

  return {
    dispatch(request, handler) {
      const turn: Turn = { client: undefined, options: request, handler }
      const client = claim()
      if (client === undefined) waiting.add(turn)
      else start(turn, client)
      return { done: () => end(turn) }
    },
    async destroy() {
      waiting.clear()
      await Promise.all(all.map((client) => client.destroy()))
    },
  }
}
