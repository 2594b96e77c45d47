import { expect, test } from 'vitest'
import { type Abortable, createAbortGroups } from './abort-groups.ts'

test('a signal ends what is in its group when it fires, each once, and nothing that has left', () => {
  const aborted: string[] = []
  const member = (name: string): Abortable => ({ place: -1, abort: () => void aborted.push(name) })
  const [a, b, c, d, other] = [member('a'), member('b'), member('c'), member('d'), member('other')]
  const groupOf = createAbortGroups()
  const stopping = new AbortController()
  for (const one of [a, b, c, d]) groupOf(stopping.signal).add(one)
  groupOf(new AbortController().signal).add(other)
  groupOf(stopping.signal).remove(a)
  groupOf(stopping.signal).remove(c)
  groupOf(stopping.signal).remove(c)
  stopping.abort()
  groupOf(stopping.signal).remove(b)
  expect(aborted.toSorted()).toEqual(['b', 'd'])
})
