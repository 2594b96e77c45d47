import { errors } from 'undici'
import { BlockedAddress } from './guarded-connect.ts'

export type Why = 'refused' | 'connection' | 'timeout' | 'too-large' | 'garbage' | 'aborted'

/** What an error of the HTTP client means for the call. An answer that ends too early is a connection error, not garbage. */
export function classifyError(error: Error): Why {
  if (error instanceof BlockedAddress || error instanceof errors.InvalidArgumentError) return 'refused'
  if (error instanceof errors.ConnectTimeoutError) return 'timeout'
  if (error instanceof errors.HeadersOverflowError) return 'too-large'
  if (error instanceof errors.HTTPParserError) return error.code === 'HPE_INVALID_EOF_STATE' ? 'connection' : 'garbage'
  if (error instanceof errors.SocketError) return error.message.startsWith('bad ') ? 'garbage' : 'connection'
  if (error instanceof errors.ClientDestroyedError || error instanceof errors.ClientClosedError) return 'aborted'
  return 'connection'
}

/** One line for people. */
export function describeError(error: Error): string {
  if (error instanceof AggregateError) return error.errors.map((inner) => describeError(toError(inner))).join('; ')
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  const message = error.message === '' ? (code ?? error.name) : error.message
  return message.replaceAll(/\s+/g, ' ').slice(0, 300)
}

export function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown))
}
