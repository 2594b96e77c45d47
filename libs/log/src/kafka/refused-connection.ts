import { LeadlineError } from '@leadline/domain'

/** Codes of Node for a certificate of the other side that it does not accept. */
const untrusted: ReadonlySet<string> = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REVOKED',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])
const otherName = 'ERR_TLS_CERT_ALTNAME_INVALID'
/** Alerts by which the other side says that it does not accept ours, or misses it; releases of OpenSSL name the protocol differently in them. */
const oursRefused = /^ERR_SSL_.*_ALERT_(BAD_CERTIFICATE|CERTIFICATE_[A-Z]+|HANDSHAKE_FAILURE|ACCESS_DENIED|UNKNOWN_CA)$/
/** How the two libraries and the protocol call a login that was refused. */
const loginRefused: ReadonlySet<unknown> = new Set([
  'KafkaJSSASLAuthenticationError',
  'PLT_KFK_AUTHENTICATION',
  'SASL_AUTHENTICATION_FAILED',
  'UNSUPPORTED_SASL_MECHANISM',
])

/** A login that came to no end: inside of an error of a login. */
const brokenOff: ReadonlySet<unknown> = new Set(['LOG_UNAVAILABLE', 'PLT_KFK_NETWORK', 'PLT_KFK_TIMEOUT'])

interface Marks {
  readonly name?: unknown
  readonly code?: unknown
  readonly type?: unknown
  readonly apiId?: unknown
  readonly cause?: unknown
  readonly errors?: unknown
}

/** LOG_REFUSED when certificates or the login are why there is no connection, told by the errors' codes; undefined otherwise. */
export function refusedConnection(error: unknown): LeadlineError | undefined {
  const chain = causesOf(error)
  const own = chain.find((cause) => cause instanceof LeadlineError && cause.code !== 'LOG_UNAVAILABLE')
  // What we found out ourselves, of the server of tokens for instance, stands inside what a library made of it.
  if (own instanceof LeadlineError) return own.code === 'LOG_REFUSED' ? own : undefined
  const codes = chain.flatMap(({ code }) => (typeof code === 'string' ? [code] : []))
  const refused = (what: string) => new LeadlineError('LOG_REFUSED', what, { cause: error })
  const distrusted = codes.find((code) => untrusted.has(code))
  if (distrusted !== undefined) return refused(`the certificate of the Kafka broker is not trusted: ${distrusted}`)
  if (codes.includes(otherName)) return refused('the certificate of the Kafka broker is not for the name that it was reached by')
  const alert = codes.find((code) => oursRefused.test(code))
  if (alert !== undefined) return refused(`the Kafka broker refuses the certificate of this process, or misses it: ${alert}`)
  const login = chain.findIndex(({ name, code, type, apiId }) => [name, code, type, apiId].some((mark) => loginRefused.has(mark)))
  const cutOff = chain.slice(login).some(({ code }) => brokenOff.has(code))
  if (login >= 0 && !cutOff) return refused('the Kafka broker refuses the login: mechanism, name or password are wrong')
  return undefined
}

const deepest = 10

/** The error and what it says to be made of, the outermost first. */
function causesOf(error: unknown): (Marks & object)[] {
  const chain: (Marks & object)[] = []
  let level: readonly unknown[] = [error]
  for (let depth = 0; depth < deepest && level.length > 0; depth++) {
    const objects = level.filter((each) => typeof each === 'object' && each !== null)
    chain.push(...objects)
    level = objects.flatMap(({ cause, errors }: Marks) => [cause, ...(Array.isArray(errors) ? errors : [])])
  }
  return chain
}
