import { fileURLToPath } from 'node:url'
import { defaultCallLimits } from '@leadline/connectors'
import { type Environment, type Flows, loadFlows } from '@leadline/flows'
import { networksNamed, openHttpCaller } from '@leadline/http'
import type { Config } from './config.ts'

/** The flows of a directory, with the connections that their steps call over. */
export interface OpenFlows extends AsyncDisposable {
  readonly flows: Flows
}

export interface FlowsOptions {
  readonly config: Pick<Config, 'flowsDirectory' | 'privateDestinations' | 'inFlight'>
  /** Where `${NAME}` in flow files is looked up. */
  readonly env: Environment
}

const demoDirectory = fileURLToPath(new URL('../../../examples/01-demo', import.meta.url))

/** The flows of LEADLINE_FLOWS, else those of the demo. Rejects with one CONFIGURATION error that names every mistake of every file. */
export async function openFlows({ config, env }: FlowsOptions): Promise<OpenFlows> {
  const http = openHttpCaller({
    maxConnectionsPerDestination: config.inFlight,
    allowLoopback: networksNamed(config.privateDestinations),
  })
  try {
    const flows = await loadFlows(config.flowsDirectory ?? demoDirectory, {
      env,
      tools: { http, limits: defaultCallLimits, redact: (text) => text },
      // What the calls would refuse anyway is told at once, by its field.
      limits: { hosts: config.privateDestinations.length === 0 ? 'public' : 'any' },
    })
    return { flows, [Symbol.asyncDispose]: () => http[Symbol.asyncDispose]() }
  } catch (thrown) {
    await http[Symbol.asyncDispose]()
    throw thrown
  }
}
