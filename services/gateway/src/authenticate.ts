import { createHash, timingSafeEqual } from 'node:crypto'
import type { SourceAuth } from '@leadline/flows'

/** What a caller showed; null where it showed nothing. */
export interface Credentials {
  readonly apiKey: string | null
  /** The `Authorization` header. */
  readonly authorization: string | null
}

/** True when the credentials are the source's. Takes the same time whichever key fits and however much of it was right. */
export function authenticate(auth: SourceAuth, { apiKey, authorization }: Credentials): boolean {
  switch (auth.type) {
    case 'none':
      return true
    case 'api-key':
      return apiKey !== null && isOneOf(auth.keys, apiKey)
    case 'basic': {
      const given = basicCredentials(authorization)
      return given !== null && isOneOf([`${auth.username}:${auth.password}`], given)
    }
  }
}

/** The `WWW-Authenticate` header that tells a refused caller what the source asks for. */
export function challengeOf(auth: SourceAuth): string {
  return auth.type === 'basic' ? 'Basic realm="leadline", charset="UTF-8"' : 'ApiKey realm="leadline", header="X-Api-Key"'
}

// Every key is compared, without leaving early; hashing makes the lengths equal.
function isOneOf(expected: readonly string[], given: string): boolean {
  const digest = sha256(given)
  const matches = expected.map((key) => timingSafeEqual(sha256(key), digest))
  return matches.includes(true)
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function basicCredentials(authorization: string | null): string | null {
  const [, encoded] = /^basic +([A-Za-z0-9+/=]+) *$/i.exec(authorization ?? '') ?? []
  return encoded === undefined ? null : Buffer.from(encoded, 'base64').toString('utf8')
}
