import { setTimeout as delay } from 'node:timers/promises'
import { type Fault, type FaultContext, seconds } from './fault.ts'
import type { ServiceSlot } from './service-slot.ts'

/** Processes that die, stand still, or are replaced. */
export const processFaults: readonly Fault[] = [
  processFault('worker kill -9', ({ site, random, tell }) =>
    killAndStart(random.pick(site.workers), random.between(0, 3_000), tell),
  ),
  processFault('worker kill -9 while it starts', killWhileStarting),
  processFault('worker kill -9 while it drains', killWhileDraining),
  processFault('worker kill -9 while lanes move', killWhileLanesMove),
  processFault('all workers kill -9', killAllWorkers),
  processFault('retrier kill -9', ({ site, random, tell }) => killAndStart(site.retrier, random.between(0, 3_000), tell)),
  processFault('gateway kill -9', ({ site, random, tell }) => killAndStart(site.gateway, random.between(0, 2_000), tell)),
  processFault('recorder kill -9', ({ site, random, tell }) => killAndStart(site.recorder, random.between(0, 3_000), tell)),
  processFault('rolling restart', rollingRestart),
  // Longer than the session of the group: its lanes go to others meanwhile, and it wakes up as a zombie.
  processFault('worker frozen past its session', ({ site, random, tell }) =>
    freeze(random.pick(site.workers), random.between(seconds(13), seconds(20)), tell),
  ),
  processFault('retrier frozen past its session', ({ site, random, tell }) =>
    freeze(site.retrier, random.between(seconds(13), seconds(20)), tell),
  ),
  {
    ...processFault('worker frozen for 2 minutes', ({ site, random, tell }) =>
      freeze(random.pick(site.workers), seconds(120), tell),
    ),
    length: 'long',
  },
]

function processFault(kind: string, inject: Fault['inject']): Fault {
  return { kind, place: 'process', length: 'short', inject }
}

export async function killAndStart(slot: ServiceSlot, pauseMs: number, tell: FaultContext['tell']): Promise<void> {
  tell(`${slot.name}, started again after ${pauseMs} ms`)
  await slot.end('SIGKILL')
  await delay(pauseMs)
  await slot.start()
}

async function killWhileStarting({ site, random, tell }: FaultContext): Promise<void> {
  const slot = random.pick(site.workers)
  for (let times = random.between(2, 4); times > 0; times--) {
    await slot.end('SIGKILL')
    await slot.start('not')
    const lifeMs = random.between(300, 2_500)
    tell(`${slot.name} after ${lifeMs} ms`)
    await delay(lifeMs)
  }
  await slot.end('SIGKILL')
  await slot.start()
}

async function killWhileDraining({ site, random, tell }: FaultContext): Promise<void> {
  const slot = random.pick(site.workers)
  // The first moments, and a little later, when most of what was under way has ended and the lanes are handed back.
  for (const [least, most] of [
    [0, 50],
    [50, 250],
  ] as const) {
    const drainMs = random.between(least, most)
    const end = await slot.endThenKill(drainMs)
    tell(`${slot.name} ${drainMs} ms after SIGTERM: ${end}`)
    await slot.start()
  }
}

/** One worker leaves and comes back; another one dies when it has given lanes away, or has just been given some. */
async function killWhileLanesMove({ site, random, tell }: FaultContext): Promise<void> {
  const [moving, dying] = random.shuffle(site.workers)
  if (moving === undefined || dying === undefined) throw new Error('lanes move only between two workers or more')
  for (const when of random.shuffle(['left', 'joined'] as const)) {
    await moving.end('SIGTERM')
    if (when === 'joined') await moving.start()
    const laterMs = random.between(0, 1_000)
    tell(`${dying.name} ${laterMs} ms after ${moving.name} has ${when}`)
    await delay(laterMs)
    await dying.end('SIGKILL')
    await Promise.all([moving.start(), dying.start()])
  }
}

async function killAllWorkers({ site, random, tell }: FaultContext): Promise<void> {
  const pauseMs = random.between(0, 5_000)
  tell(`started again after ${pauseMs} ms`)
  await Promise.all(site.workers.map((slot) => slot.end('SIGKILL')))
  await delay(pauseMs)
  await Promise.all(site.workers.map((slot) => slot.start()))
}

async function rollingRestart({ site, random, tell }: FaultContext): Promise<void> {
  for (const slot of random.shuffle([...site.workers, site.retrier])) {
    tell(slot.name)
    await slot.end('SIGTERM')
    await slot.start()
  }
}

export async function freeze(slot: ServiceSlot, ms: number, tell: FaultContext['tell']): Promise<void> {
  tell(`${slot.name} for ${ms} ms`)
  slot.freeze()
  await delay(ms)
  slot.thaw()
}
