import { expect, test } from 'vitest'
import { openPartnerThread } from './partner-thread.ts'

test('the partner answers from a thread of its own until it is closed', async () => {
  const { url, close } = await openPartnerThread()
  expect(await (await fetch(`${url}/stats`)).json()).toMatchObject({ distinctKeys: 0, repeatedKeys: 0, acceptedMoreThanOnce: 0 })
  await close()
  await expect(fetch(url)).rejects.toThrow()
})
