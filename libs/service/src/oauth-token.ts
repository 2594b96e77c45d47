import { LeadlineError } from '@leadline/domain'
import { request } from 'undici'
import { z } from 'zod'
import type { OauthLogin } from './kafka-config.ts'

/** Gives a token that is still good for a while; rejects with LOG_REFUSED when the client is refused, LOG_UNAVAILABLE when nobody answers. */
export type TokenSource = () => Promise<{ readonly value: string }>

interface Token {
  readonly value: string
  readonly renewAt: number
}

const answer = z.object({ access_token: z.string().min(1), expires_in: z.coerce.number().positive().optional() })

/** Of a server that does not say how long its tokens live. */
const unsaidLifeMs = 60_000
const longestLeewayMs = 60_000
const answerMs = 10_000

/** OAuth's client credentials (RFC 6749, 4.4): a token is kept until shortly before it expires, and asked for once for all who want it. */
export function createTokenSource(login: OauthLogin, now: () => number): TokenSource {
  let token: Token | undefined
  let asking: Promise<Token> | undefined

  return async () => {
    if (token !== undefined && now() < token.renewAt) return token
    asking ??= askToken(login, now).finally(() => {
      asking = undefined
    })
    token = await asking
    return token
  }
}

async function askToken({ tokenUrl, clientId, clientSecret, scope }: OauthLogin, now: () => number): Promise<Token> {
  const form = new URLSearchParams({ grant_type: 'client_credentials', ...(scope !== null && { scope }) })
  // Encoded as a form before they are joined (RFC 6749, 2.3.1): either may hold a colon.
  const basic = Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`).toString('base64')
  const { statusCode, text } = await post(tokenUrl, `Basic ${basic}`, form.toString()).catch((error: unknown) => {
    throw failed('LOG_UNAVAILABLE', tokenUrl, error instanceof Error && 'code' in error ? `: ${String(error.code)}` : '')
  })
  if (statusCode >= 400 && statusCode < 500 && statusCode !== 429)
    throw failed('LOG_REFUSED', tokenUrl, ` to ${clientId}: status ${statusCode}`)
  const parsed = answer.safeParse(jsonIn(text))
  // The answer itself stays out of the message: it may hold a token.
  if (statusCode !== 200 || !parsed.success) throw failed('LOG_UNAVAILABLE', tokenUrl, `: status ${statusCode}`)
  const lifeMs = parsed.data.expires_in === undefined ? unsaidLifeMs : parsed.data.expires_in * 1_000
  return { value: parsed.data.access_token, renewAt: now() + lifeMs - Math.min(longestLeewayMs, lifeMs / 5) }
}

async function post(url: string, authorization: string, body: string) {
  const headers = { authorization, 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' }
  const answered = await request(url, { method: 'POST', headers, body, headersTimeout: answerMs, bodyTimeout: answerMs })
  return { statusCode: answered.statusCode, text: await answered.body.text() }
}

function failed(code: 'LOG_REFUSED' | 'LOG_UNAVAILABLE', tokenUrl: string, why: string): LeadlineError {
  // Without what could be a password in the address.
  const { origin, pathname } = new URL(tokenUrl)
  return new LeadlineError(code, `${origin}${pathname} gives no token for Kafka${why}`)
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
