import { expect, test } from 'vitest'
import { openPartnerThread } from './partner-thread.ts'

test('the partner answers from a thread of its own until it is closed', async () => {
  const { url, close } = await openPartnerThread()
  expect((await fetch(url)).status).toBeGreaterThan(0)
  await close()
  await expect(fetch(url)).rejects.toThrow()
})
