import { readFile } from 'node:fs/promises'
import { freePort, startProcess, until } from '../acceptance/processes.ts'
import type { Fault, FaultContext } from './fault.ts'
import { addPartitions, type GroupPartition, readOffset, writeOffset } from './group-offsets.ts'
import type { Site } from './open-site.ts'
import { readLogLines } from './read-log-lines.ts'

/** What people do to a running installation, wanted or not. */
export const operatorFaults: readonly Fault[] = [
  operatorFault('offsets of steps set back', resetSteps),
  operatorFault('offsets of intake set back', resetIntake),
  operatorFault('metadata of a future version', futureMetadata),
]

/** Cannot be taken back, so it is the last one of a run: no process may start afterwards. */
export const partitionsAdded: Fault = operatorFault('partitions added', addPartitionsToSteps)

const partitions = 6
const answeredWithinMs = 300_000

function operatorFault(kind: string, inject: Fault['inject']): Fault {
  return { kind, place: 'operator', length: 'short', inject }
}

function lane(site: Site, processor: 'intake' | 'step.default', partition: number): GroupPartition {
  const topic = processor === 'intake' ? site.topics.received : site.topics.steps('default')
  return { group: `${site.prefix}${processor}`, topic, partition }
}

/** Sets a lane back while no worker runs, as Kafka's own tool wants it. */
async function setBack(context: FaultContext, where: GroupPartition): Promise<{ from: number; to: number }> {
  const { site, random, tell } = context
  await Promise.all(site.workers.map((slot) => slot.end('SIGTERM')))
  const { offset } = await readOffset(site, where)
  const from = Math.max(0, offset - random.between(20, 120))
  const to = (await site.log.ends(where.topic)).find((end) => end.partition === where.partition)?.end ?? from
  tell(`${where.topic}/${where.partition} from ${offset} to ${from}`)
  await writeOffset(site, where, { offset: from, metadata: '' })
  await Promise.all(site.workers.map((slot) => slot.start()))
  return { from, to }
}

async function resetSteps(context: FaultContext): Promise<void> {
  const where = lane(context.site, 'step.default', context.random.between(0, partitions - 1))
  context.reruns.push({ ...where, ...(await setBack(context, where)) })
}

/** Intake knows the leads it has let through: nothing may come of it. */
async function resetIntake(context: FaultContext): Promise<void> {
  await setBack(context, lane(context.site, 'intake', context.random.between(0, partitions - 1)))
}

async function futureMetadata({ site, random, reruns, tell }: FaultContext): Promise<void> {
  const where = lane(site, 'step.default', random.between(0, partitions - 1))
  tell(`${where.topic}/${where.partition}`)
  await Promise.all(site.workers.map((slot) => slot.end('SIGTERM')))
  const { offset } = await readOffset(site, where)
  const future = { offset, metadata: 'LL9.bm90IG9mIHRoaXMgdmVyc2lvbg' }
  await writeOffset(site, where, future)
  await Promise.all(site.workers.map((slot) => slot.start()))
  const names = site.workers.map(({ lives }) => lives.at(-1)?.name ?? '')
  await until('the lane is stopped with LOG_FOREIGN_METADATA', () => isStopped(site, names, where), answeredWithinMs)
  const untouched = await readOffset(site, where)
  if (untouched.offset !== future.offset || untouched.metadata !== future.metadata) {
    throw new Error(`a lane with foreign metadata was moved: ${JSON.stringify(untouched)}`)
  }
  await Promise.all(site.workers.map((slot) => slot.end('SIGTERM')))
  const to = (await site.log.ends(where.topic)).find((end) => end.partition === where.partition)?.end ?? offset
  await writeOffset(site, where, { offset, metadata: '' })
  reruns.push({ ...where, from: offset, to })
  await Promise.all(site.workers.map((slot) => slot.start()))
}

async function isStopped(site: Site, names: readonly string[], where: GroupPartition): Promise<boolean> {
  const lines = (await Promise.all(names.map((name) => readLogLines(`${site.directory}/logs/${name}.log`)))).flat()
  return lines.some(
    ({ code, lane: stopped }) =>
      code === 'LOG_FOREIGN_METADATA' && stopped?.topic === where.topic && stopped.partition === where.partition,
  )
}

async function addPartitionsToSteps({ site, tell }: FaultContext): Promise<void> {
  const topic = site.topics.steps('default')
  const count = partitions + 2
  tell(`${topic} has ${count}`)
  await addPartitions(site, topic, count)
  const name = 'worker-refused'
  const env = { ...site.env, CALLER: name, HEALTH_PORT: String(await freePort()) }
  const started = startProcess({ name, script: 'services/worker/src/main.ts', env, logDirectory: `${site.directory}/logs` })
  try {
    await until('a new worker refuses to start', async () => !started.alive(), answeredWithinMs)
  } finally {
    await started.kill('SIGKILL')
  }
  const said = await readFile(`${site.directory}/logs/${name}.log`, 'utf8')
  if (!said.includes('LOG_MISMATCH') || !said.includes(`${topic}: `)) {
    throw new Error(`a new worker did not name the mismatch of ${topic}: ${said.slice(-500)}`)
  }
}
