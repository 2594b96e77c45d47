import { fileURLToPath } from 'node:url'
import { defaultCallLimits } from '@leadline/connectors'
import { type Flows, loadFlows } from '@leadline/flows'
import { openHttpCaller } from '@leadline/http'
import type { Config } from './config.ts'
import type { ServiceContext } from './lifecycle.ts'

/** Flows ready to run; disposing closes the connections of their steps. */
export interface LoadedFlows extends AsyncDisposable {
  readonly flows: Flows
}

export interface LoadFlowsOptions {
  readonly config: Pick<Config, 'inFlight' | 'privateDestinations'>
  /** Where `${NAME}` in flow files is looked up. */
  readonly env: NodeJS.ProcessEnv
}

const demoDirectory = fileURLToPath(new URL('../../../examples/01-demo/flows', import.meta.url))
const loopback = ['127.0.0.0/8', '::1/128']

/** The flows that the configuration names, the demo flow when it names none. Rejects with CONFIGURATION naming every mistake. */
export function openFlows({ config, env }: Pick<ServiceContext, 'config' | 'env'>): Promise<LoadedFlows> {
  return loadFlowsFrom(config.flowsDirectory ?? demoDirectory, { config, env })
}

/** As `openFlows`, for one directory. */
export async function loadFlowsFrom(directory: string, { config, env }: LoadFlowsOptions): Promise<LoadedFlows> {
  const http = openHttpCaller({
    allowLoopback: config.privateDestinations.flatMap((network) => (network === 'loopback' ? loopback : [network])),
    maxConnectionsPerDestination: config.inFlight,
    now: () => performance.now(),
  })
  try {
    const flows = await loadFlows(directory, { env, tools: { http, limits: defaultCallLimits, redact: (text) => text } })
    return { flows, [Symbol.asyncDispose]: () => http[Symbol.asyncDispose]() }
  } catch (thrown) {
    await http[Symbol.asyncDispose]()
    throw thrown
  }
}
