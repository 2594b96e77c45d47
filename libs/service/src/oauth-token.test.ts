import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, it } from 'vitest'
import { createTokenSource } from './oauth-token.ts'

const servers: ReturnType<typeof createServer>[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

describe('the token of a Kafka login', () => {
  it('is asked for with the client credentials and the scope', async () => {
    const { login, asked } = await tokenServer((_, response) => response.end('{"access_token":"t","expires_in":300}'))
    expect(await createTokenSource({ ...login, scope: 'kafka' }, () => 0)()).toMatchObject({ value: 't' })
    const basic = Buffer.from('leadline:s%3Acret').toString('base64')
    expect(asked).toEqual([{ authorization: `Basic ${basic}`, body: 'grant_type=client_credentials&scope=kafka' }])
  })

  it('is kept until shortly before it expires, and asked for once for all who want it', async () => {
    let now = 0
    const { login, asked } = await tokenServer((_, response) =>
      response.end(`{"access_token":"t${asked.length}","expires_in":300}`),
    )
    const source = createTokenSource(login, () => now)
    const first = await Promise.all([source(), source(), source()])
    expect(first.map(({ value }) => value)).toEqual(['t1', 't1', 't1'])
    now = 239_999
    expect((await source()).value).toBe('t1')
    now = 240_000
    expect((await source()).value).toBe('t2')
  })

  it('is refused by name, without the secret', async () => {
    const { login } = await tokenServer((_, response) => response.writeHead(401).end('{"error":"invalid_client"}'))
    const refusal = await errorOf(createTokenSource(login, () => 0)())
    expect(refusal).toMatchObject({
      code: 'LOG_REFUSED',
      message: expect.stringContaining('no token for Kafka to leadline: status 401'),
    })
    expect(JSON.stringify([refusal, refusal.message])).not.toContain('cret')
  })

  it.each([
    ['breaks off', (_: IncomingMessage, response: ServerResponse) => void response.destroy()],
    ['is ill', (_: IncomingMessage, response: ServerResponse) => void response.writeHead(503).end('{"access_token":"t"}')],
    ['answers something else', (_: IncomingMessage, response: ServerResponse) => void response.end('<html>')],
  ])('is waited for while its server %s, and asked for again', async (_, ill) => {
    let answers = ill
    const { login } = await tokenServer((request, response) => answers(request, response))
    const source = createTokenSource(login, () => 0)
    expect(await errorOf(source())).toMatchObject({ code: 'LOG_UNAVAILABLE' })
    answers = (_request, response) => void response.end('{"access_token":"well"}')
    expect((await source()).value).toBe('well')
  })
})

async function tokenServer(answer: (request: IncomingMessage, response: ServerResponse) => unknown) {
  const asked: { authorization: string | undefined; body: string }[] = []
  const server = createServer(async (request, response) => {
    asked.push({ authorization: request.headers.authorization, body: await text(request) })
    answer(request, response)
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const tokenUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`
  const login = { mechanism: 'oauthbearer', tokenUrl, clientId: 'leadline', clientSecret: 's:cret', scope: null } as const
  return { asked, login }
}

async function errorOf(work: Promise<unknown>): Promise<Error> {
  return work.then(
    () => {
      throw new Error('it did not fail')
    },
    (error: Error) => error,
  )
}
