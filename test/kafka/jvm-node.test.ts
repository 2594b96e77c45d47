import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { prepareJvmNode } from './jvm-node.ts'
import { kafkaJars } from './kafka-jars.ts'

const jars = await kafkaJars()
if ('skip' in jars && process.env['CI'] === 'true') throw new Error(`Kafka is required in CI: ${jars.skip}`)
const folder = 'skip' in jars ? '' : jars.folder

describe.skipIf('skip' in jars)(`a Kafka node${'skip' in jars ? ` (${jars.skip})` : ''}`, () => {
  it('takes a cluster id that looks like an option, as one in 64 of those drawn at random does', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'leadline-node-'))
    const clusterId = '-LlP4dsWS9nLxXHkx4OSgg'
    const properties = {
      'process.roles': 'broker,controller',
      'node.id': 1,
      'controller.quorum.voters': '1@127.0.0.1:19093',
      'controller.listener.names': 'CONTROLLER',
      listeners: 'PLAINTEXT://127.0.0.1:19092,CONTROLLER://127.0.0.1:19093',
    }
    await prepareJvmNode({ jars: folder, directory, properties, clusterId, heapMegabytes: 128, compile: 'quick' })
    expect(await readFile(join(directory, 'data', 'meta.properties'), 'utf8')).toContain(`cluster.id=${clusterId}`)
    await rm(directory, { recursive: true })
  })
})
