import { openMemoryLog } from '@leadline/log'
import { expect, test } from 'vitest'
import { restoreState } from './lane-state.ts'
import { scenarioTopics } from './processor-scenario.ts'

const hour = 3_600_000
const noon = Date.UTC(2026, 0, 1, 12)

async function emptyState() {
  const log = await openMemoryLog()
  await log.ensureTopics(scenarioTopics)
  return { log, state: await restoreState(log, 'state', 0) }
}

test('an entry comes back as it was remembered, from the lane and from its changelog', async () => {
  const { log, state } = await emptyState()
  const change = { key: 'id:1', value: 'two  words\n{"ü": "€"} ', at: noon, expiresAt: noon + hour }
  state.apply([change], 0)
  await log.append(state.records([change]))
  const restored = await restoreState(log, 'state', 0)
  const { key: _key, ...entry } = change
  expect(state.get('id:1', noon)).toEqual(entry)
  expect(restored.get('id:1', noon + hour)).toEqual(entry)
  expect(restored.get('id:1', noon + hour + 1)).toBeUndefined()
})

test('an entry without a value is one too', async () => {
  const { state } = await emptyState()
  state.apply([{ key: '', value: '', at: 0.5, expiresAt: noon }], 0)
  expect(state.get('', noon)).toEqual({ value: '', at: 0.5, expiresAt: noon })
})

test.each([100, 1_000])(
  'what has expired is forgotten as fast as %d new entries a commit come, and leaves a tombstone',
  async (perCommit) => {
    const { state } = await emptyState()
    const changes = (from: number) =>
      Array.from({ length: perCommit }, (_, index) => ({
        ...{ key: `id:${from + index}`, value: '', at: noon + from * hour, expiresAt: noon + (from + 1) * hour },
      }))
    const tombstones: (string | undefined)[] = []
    for (let from = 0; from < perCommit * 50; from += perCommit) {
      state.apply(changes(from), from)
      state.advance(from + 1)
      for (const { key, value } of state.expire()) tombstones.push(value === null ? key?.toString() : undefined)
    }
    expect(state.size).toBeLessThanOrEqual(perCommit * 2)
    expect(new Set(tombstones).size).toBe(perCommit * 50 - state.size)
    expect(tombstones).not.toContain(undefined)
  },
)

test('a changelog that has not been compacted for days takes the memory of what is left of it', async () => {
  const { log, state } = await emptyState()
  for (let from = 0; from < 50_000; from += 1_000) {
    const changes = Array.from({ length: 1_000 }, (_, index) => ({
      ...{ key: `id:${from + index}`, value: 'v'.repeat(32), at: noon + from * hour, expiresAt: noon + (from + 1) * hour },
    }))
    state.apply(changes, from)
    state.advance(from + 1)
    await log.append([...state.records(changes), ...state.expire()])
  }
  const restored = await restoreState(log, 'state', 0)
  expect(restored.size).toBe(state.size)
  expect(restored.bytes).toBeLessThan(1_000_000)
})
