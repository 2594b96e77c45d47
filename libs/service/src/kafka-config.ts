import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { httpUrl, list, oneOf, wholeNumber } from './variables.ts'

export interface KafkaConfig {
  readonly brokers: readonly string[]
  /** null: as many as there are brokers, at most 3. */
  readonly replication: number | null
  /** How lanes commit. */
  readonly transactions: 'auto' | 'lanes' | 'group'
  /** A name of this process that it has again after a restart, and no other at the same time; null: made up at each start. */
  readonly member: string | null
  /** null: connections are not encrypted. */
  readonly tls: KafkaTls | null
  /** null: nobody logs in, or the certificate is the login. */
  readonly login: KafkaLogin | null
}

/** PEM texts. */
export interface KafkaTls {
  /** null: the authorities that Node knows. */
  readonly ca: string | null
  /** Shown to brokers that ask who we are. */
  readonly own: { readonly certificate: string; readonly key: string; readonly passphrase: string | null } | null
}

export type KafkaLogin =
  | { readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'; readonly username: string; readonly password: string }
  | OauthLogin

export interface OauthLogin {
  readonly mechanism: 'oauthbearer'
  readonly tokenUrl: string
  readonly clientId: string
  readonly clientSecret: string
  readonly scope: string | null
}

const broker = z.string().regex(/^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9._-]+):\d{1,5}$/, { error: 'must list brokers as host:port' })

const fileText = z.string().transform((path, context) => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    context.addIssue('must name a file that can be read')
    return z.NEVER
  }
})
const certificateFile = fileText.refine((pem) => works(() => new X509Certificate(pem)), {
  error: 'must name a file of PEM certificates',
})
const optionalText = z.string().nullable().default(null)

export const kafkaVariables = {
  KAFKA_BROKERS: list(broker).nullable().default(null),
  KAFKA_REPLICATION: wholeNumber(1, 100).nullable().default(null),
  KAFKA_TRANSACTIONS: oneOf(['auto', 'lanes', 'group']).default('auto'),
  KAFKA_MEMBER: z
    .string()
    .regex(/^[a-zA-Z0-9._-]{1,100}$/, { error: 'must be letters, digits, dots, dashes and underscores' })
    .nullable()
    .default(null),
  KAFKA_TLS: oneOf(['true', 'false']).default('false'),
  KAFKA_TLS_CA: certificateFile.nullable().default(null),
  KAFKA_TLS_CERTIFICATE: certificateFile.nullable().default(null),
  KAFKA_TLS_KEY: fileText.nullable().default(null),
  KAFKA_TLS_KEY_PASSPHRASE: optionalText,
  KAFKA_SASL_MECHANISM: oneOf(['plain', 'scram-sha-256', 'scram-sha-512', 'oauthbearer']).nullable().default(null),
  KAFKA_USERNAME: optionalText,
  KAFKA_PASSWORD: optionalText,
  KAFKA_OAUTH_TOKEN_URL: httpUrl.nullable().default(null),
  KAFKA_OAUTH_CLIENT_ID: optionalText,
  KAFKA_OAUTH_CLIENT_SECRET: optionalText,
  KAFKA_OAUTH_SCOPE: optionalText,
} as const

type Variables = z.infer<z.ZodObject<typeof kafkaVariables>>

const ofTls = ['KAFKA_TLS_CA', 'KAFKA_TLS_CERTIFICATE', 'KAFKA_TLS_KEY', 'KAFKA_TLS_KEY_PASSPHRASE'] as const
const ofPasswords = ['KAFKA_USERNAME', 'KAFKA_PASSWORD'] as const
const ofOauth = ['KAFKA_OAUTH_TOKEN_URL', 'KAFKA_OAUTH_CLIENT_ID', 'KAFKA_OAUTH_CLIENT_SECRET'] as const

/** Variables that are wrong beside the others, with what is wrong; each by itself is checked elsewhere. */
export function kafkaMistakes(given: Readonly<Record<string, string | undefined>>): ReadonlyMap<string, string> {
  const mistakes = new Map<string, string>()
  const say = (names: readonly string[], present: boolean, what: string) => {
    for (const name of names) if ((given[name] !== undefined) === present) mistakes.set(name, what)
  }
  if (given['KAFKA_TLS'] !== 'true') say(ofTls, true, 'needs KAFKA_TLS=true')
  if (given['KAFKA_TLS_CERTIFICATE'] !== undefined) say(['KAFKA_TLS_KEY'], false, 'is needed with KAFKA_TLS_CERTIFICATE')
  if (given['KAFKA_TLS_KEY'] !== undefined) say(['KAFKA_TLS_CERTIFICATE'], false, 'is needed with KAFKA_TLS_KEY')
  const mechanism = given['KAFKA_SASL_MECHANISM']
  const oauth = [...ofOauth, 'KAFKA_OAUTH_SCOPE']
  if (mechanism === undefined) say([...ofPasswords, ...oauth], true, 'needs KAFKA_SASL_MECHANISM')
  else if (mechanism === 'oauthbearer') {
    say(ofOauth, false, 'is needed by oauthbearer')
    say(ofPasswords, true, 'is not for oauthbearer')
  } else {
    say(ofPasswords, false, 'is needed by KAFKA_SASL_MECHANISM')
    say(oauth, true, 'is for oauthbearer only')
  }
  if (!fits(given))
    mistakes.set('KAFKA_TLS_KEY', 'must name the PEM key of KAFKA_TLS_CERTIFICATE, readable with KAFKA_TLS_KEY_PASSPHRASE')
  return mistakes
}

export function toKafkaConfig(data: Variables): KafkaConfig | null {
  if (data.KAFKA_BROKERS === null) return null
  return {
    brokers: data.KAFKA_BROKERS,
    replication: data.KAFKA_REPLICATION,
    transactions: data.KAFKA_TRANSACTIONS,
    member: data.KAFKA_MEMBER,
    tls: data.KAFKA_TLS === 'true' ? { ca: data.KAFKA_TLS_CA, own: ownCertificate(data) } : null,
    login: login(data),
  }
}

function ownCertificate(data: Variables): KafkaTls['own'] {
  const { KAFKA_TLS_CERTIFICATE: certificate, KAFKA_TLS_KEY: key, KAFKA_TLS_KEY_PASSPHRASE: passphrase } = data
  return certificate === null || key === null ? null : { certificate, key, passphrase }
}

function login(data: Variables): KafkaLogin | null {
  const mechanism = data.KAFKA_SASL_MECHANISM
  if (mechanism === null) return null
  if (mechanism !== 'oauthbearer') return { mechanism, username: data.KAFKA_USERNAME ?? '', password: data.KAFKA_PASSWORD ?? '' }
  return {
    mechanism,
    tokenUrl: data.KAFKA_OAUTH_TOKEN_URL ?? '',
    clientId: data.KAFKA_OAUTH_CLIENT_ID ?? '',
    clientSecret: data.KAFKA_OAUTH_CLIENT_SECRET ?? '',
    scope: data.KAFKA_OAUTH_SCOPE,
  }
}

/** Also when there is nothing to fit, or a file that cannot be read: that is told by itself. */
function fits(given: Readonly<Record<string, string | undefined>>): boolean {
  const [certificate, key] = [fileText.safeParse(given['KAFKA_TLS_CERTIFICATE']), fileText.safeParse(given['KAFKA_TLS_KEY'])]
  if (!certificate.success || !key.success) return true
  const passphrase = given['KAFKA_TLS_KEY_PASSPHRASE']
  return works(() => {
    const own = createPrivateKey({ key: key.data, ...(passphrase !== undefined && { passphrase }) })
    if (!new X509Certificate(certificate.data).checkPrivateKey(own)) throw new Error('another key')
  })
}

function works(act: () => unknown): boolean {
  try {
    act()
    return true
  } catch {
    return false
  }
}
