import { LeadlineError } from '@leadline/domain'
import { AuthenticationError, type SASLOptions as WireSasl } from '@platformatic/kafka'
import type { SASLOptions } from 'kafkajs'

/** The same credentials in the words of the wire's library. Throws CONFIGURATION for a mechanism that it does not have. */
export function wireSasl(sasl: SASLOptions | undefined): WireSasl | undefined {
  if (sasl === undefined) return undefined
  switch (sasl.mechanism) {
    case 'plain':
      return { mechanism: 'PLAIN', username: sasl.username, password: sasl.password }
    case 'scram-sha-256':
      return { mechanism: 'SCRAM-SHA-256', username: sasl.username, password: sasl.password }
    case 'scram-sha-512':
      return { mechanism: 'SCRAM-SHA-512', username: sasl.username, password: sasl.password }
    case 'oauthbearer':
      return {
        mechanism: 'OAUTHBEARER',
        token: async () => (await sasl.oauthBearerProvider()).value,
        // A broker that refuses a token answers with the reason and waits for a nod; one that takes it has nothing to say (RFC 7628, 3.2.2).
        authBytesValidator: (answer, callback) =>
          answer.length === 0 ? callback(null, answer) : callback(new AuthenticationError('the token was refused'), answer),
      }
    default:
      throw new LeadlineError('CONFIGURATION', `lanes of a group cannot log in by ${sasl.mechanism}`)
  }
}
