import type { KafkaLogOptions } from '@leadline/log'
import type { KafkaConfig, KafkaLogin, KafkaTls } from './kafka-config.ts'
import { createTokenSource } from './oauth-token.ts'

/** The configuration in the words of the Kafka driver. */
export function kafkaOptions({ brokers, replication, transactions, member, tls, login }: KafkaConfig): KafkaLogOptions {
  return {
    brokers,
    transactions,
    ...(replication !== null && { replication }),
    ...(member !== null && { slot: member }),
    ...(tls !== null && { ssl: tlsOptions(tls) }),
    ...(login !== null && { sasl: saslOptions(login) }),
  }
}

function tlsOptions({ ca, own }: KafkaTls) {
  return {
    ...(ca !== null && { ca }),
    ...(own !== null && { cert: own.certificate, key: own.key, ...(own.passphrase !== null && { passphrase: own.passphrase }) }),
  }
}

function saslOptions(login: KafkaLogin): NonNullable<KafkaLogOptions['sasl']> {
  if (login.mechanism === 'oauthbearer')
    return { mechanism: 'oauthbearer', oauthBearerProvider: createTokenSource(login, Date.now) }
  const { mechanism, username, password } = login
  return { mechanism, username, password }
}
