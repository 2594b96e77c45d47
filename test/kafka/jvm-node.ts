import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** One Kafka node in a JVM of its own; its files stay where they are over restarts. */
export interface JvmNode {
  /** Starts the JVM and does not wait for it to answer. */
  launch(): void
  /** Resolves when the JVM has ended; at once when none runs. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>
  /** Freezes the JVM, or lets it go on. */
  signal(name: 'SIGSTOP' | 'SIGCONT'): void
  readonly running: () => boolean
  /** The end of what it printed, for error messages. */
  lastWords(): Promise<string>
}

export interface JvmNodeOptions {
  /** Folder of Kafka's jars. */
  readonly jars: string
  /** Where its files go; it exists. */
  readonly directory: string
  readonly properties: Readonly<Record<string, string | number | boolean>>
  readonly clusterId: string
  readonly heapMegabytes: number
  /** `quick` compiles little: for many JVMs on few cores, where nobody measures speed. */
  readonly compile: 'quick' | 'well'
  /** Arguments more for the formatting of its storage. */
  readonly format?: readonly string[]
}

/** Writes the node's configuration and formats its storage; nothing runs yet. */
export async function prepareJvmNode(options: JvmNodeOptions): Promise<JvmNode> {
  const { jars, directory, properties, clusterId, heapMegabytes, compile, format = [] } = options
  const file = join(directory, 'server.properties')
  const lines = Object.entries({ ...properties, 'log.dirs': join(directory, 'data') }).map(
    ([name, value]) => `${name}=${value}\n`,
  )
  await writeFile(file, lines.join(''))
  const quick = '-XX:TieredStopAtLevel=1'
  const usual = [`-Xmx${heapMegabytes}m`, '-XX:+UseSerialGC', '-Djava.awt.headless=true', '-cp', join(jars, '*')]
  const java = compile === 'quick' ? [quick, ...usual] : usual
  const formatting = ['kafka.tools.StorageTool', 'format', `--cluster-id=${clusterId}`, '-c', file, ...format]
  await run('java', [quick, ...usual, ...formatting], { timeout: 60_000 })

  const output = join(directory, 'broker.out')
  let child: ChildProcess | undefined
  const running = () => child !== undefined && child.exitCode === null && child.signalCode === null
  return {
    running,
    launch() {
      const to = openSync(output, 'a')
      child = spawn('java', [...java, 'kafka.Kafka', file], { stdio: ['ignore', to, to] })
    },
    async stop(signal = 'SIGTERM') {
      const ending = child
      if (ending === undefined || !running()) return
      const exited = once(ending, 'exit')
      ending.kill(signal)
      await exited
    },
    signal: (name) => void child?.kill(name),
    lastWords: async () => (await readFile(output, 'utf8')).slice(-2_000),
  }
}
