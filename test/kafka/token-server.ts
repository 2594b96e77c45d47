import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Gives tokens for a user, unsigned, as brokers take them that are set up for tests. */
export interface TokenServer extends AsyncDisposable {
  readonly variables: Readonly<Record<string, string>>
  /** How many tokens it has given. */
  readonly asked: () => number
}

const lifeSeconds = 3_600

/** `expired` tokens are refused by brokers. */
export async function openTokenServer(user: string, kind: 'good' | 'expired' = 'good'): Promise<TokenServer> {
  let asked = 0
  const server = createServer((_request, response) => {
    asked++
    const now = Math.floor(Date.now() / 1_000) - (kind === 'expired' ? 2 * lifeSeconds : 0)
    const parts = [{ alg: 'none' }, { sub: user, iat: now, exp: now + lifeSeconds, scope: 'kafka' }]
    const token = `${parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.`
    response.end(JSON.stringify({ access_token: token, token_type: 'Bearer', expires_in: lifeSeconds }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    variables: {
      KAFKA_OAUTH_TOKEN_URL: `http://127.0.0.1:${port}/token`,
      KAFKA_OAUTH_CLIENT_ID: user,
      KAFKA_OAUTH_CLIENT_SECRET: 'secret',
    },
    asked: () => asked,
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
    },
  }
}
