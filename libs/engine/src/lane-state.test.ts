import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
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

function heapBytes(): number {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  return getHeapStatistics().used_heap_size
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

test('a lead id takes less than 200 bytes of memory for as long as it is remembered', async () => {
  const { state } = await emptyState()
  const before = heapBytes()
  const count = 50_000
  for (let index = 0; index < count; index++) {
    const id = `0192f0c1-2a3b-7000-8000-${String(index).padStart(12, '0')}`
    state.apply(
      [{ key: `id:${id}`, value: `${'0'.repeat(20)}${String(index).padStart(12, '0')}`, at: noon, expiresAt: noon + hour }],
      index,
    )
  }
  state.advance(count)
  expect(state.expire()).toEqual([])
  expect(state.size).toBe(count)
  expect((heapBytes() - before) / count).toBeLessThan(200)
})
