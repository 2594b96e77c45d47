import { LeadlineError } from '@leadline/domain'
import type { Mechanism, SASLOptions } from 'kafkajs'

/**
 * The login as kafkajs is to make it. It takes whatever a broker answers to a token for a yes; one that refuses it says why in that
 * answer, and ends the connection at the next request (RFC 7628, 3.2.2).
 */
export function kafkajsSasl(sasl: SASLOptions | undefined): SASLOptions | Mechanism | undefined {
  if (sasl?.mechanism !== 'oauthbearer') return sasl
  return {
    mechanism: sasl.mechanism,
    authenticationProvider: ({ saslAuthenticate }) => ({
      async authenticate() {
        const { value } = await sasl.oauthBearerProvider()
        const answer = await saslAuthenticate({
          request: { encode: () => withLength(Buffer.from(`n,,\u0001auth=Bearer ${value}\u0001\u0001`)) },
          response: { decode: withoutLength, parse: (reason: Buffer) => reason },
        })
        // The reason stays out of the message: it is the broker's, and may repeat what it was sent.
        if (answer !== undefined && answer.length > 0)
          throw new LeadlineError('LOG_REFUSED', 'the Kafka broker refuses the token')
      },
    }),
  }
}

const lengthBytes = 4

function withLength(bytes: Buffer): Buffer {
  const framed = Buffer.alloc(lengthBytes + bytes.length)
  framed.writeInt32BE(bytes.length)
  bytes.copy(framed, lengthBytes)
  return framed
}

function withoutLength(framed: Buffer): Buffer {
  return framed.subarray(lengthBytes)
}
