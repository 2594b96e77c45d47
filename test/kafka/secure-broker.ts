import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { NoKafka } from './broker.ts'
import { brokerAnswers } from './broker-answers.ts'
import { type Certificate, certificatesIn } from './certificates.ts'
import { freePortList } from './free-ports.ts'
import { prepareJvmNode } from './jvm-node.ts'
import { kafkaJars } from './kafka-jars.ts'

/** A broker as companies run them: nobody may do anything unless an ACL says so. */
export interface SecureBroker extends AsyncDisposable {
  /** `localhost:port`: TLS and every mechanism of SASL. */
  readonly sasl: string
  /** The same by an address that the certificate does not name. */
  readonly otherName: string
  /** `localhost:port`: TLS; the client's certificate is the login. */
  readonly mutual: string
  /** Without encryption or login; whoever comes this way may do everything. */
  readonly open: string
  readonly ca: Certificate
  /** Signs nothing that the broker has. */
  readonly otherCa: Certificate
  /** Of the user `CN=certified`. */
  readonly client: Certificate
}

/** Passwords of users, the same for every mechanism. */
export const passwordOf = (user: string): string => `${user} has a secret`

/** Starts one KRaft node; `users` can log in by SCRAM-SHA-512, SCRAM-SHA-256 and PLAIN, and anybody by an unsigned token. */
export async function startSecureBroker(users: readonly string[]): Promise<SecureBroker | NoKafka> {
  const jars = await kafkaJars()
  if ('skip' in jars) return jars
  await using opened = new AsyncDisposableStack()
  const directory = await mkdtemp(join(tmpdir(), 'leadline-secure-'))
  opened.defer(() => rm(directory, { recursive: true, force: true }))
  const make = certificatesIn(directory)
  const [ca, otherCa] = [await make.authority('ca'), await make.authority('other-ca')]
  const [server, client] = [await make.signed(ca, 'localhost'), await make.signed(ca, 'certified')]
  const [sasl = 0, mutual = 0, open = 0, controller = 0] = await freePortList(4)
  const stores = { key: await make.store(server, ca), trust: ca.certificate }
  const node = await prepareJvmNode({
    jars: jars.folder,
    directory,
    properties: { ...nodeProperties({ sasl, mutual, open, controller }), ...tlsProperties(stores), ...saslProperties(users) },
    clusterId: randomBytes(16).toString('base64url'),
    heapMegabytes: 384,
    compile: 'quick',
    format: users.flatMap((user) =>
      ['SCRAM-SHA-512', 'SCRAM-SHA-256'].flatMap((kind) => [
        '--add-scram',
        `${kind}=[name=${user},password=${passwordOf(user)}]`,
      ]),
    ),
  })
  opened.defer(() => node.stop('SIGKILL'))
  node.launch()
  const address = `127.0.0.1:${open}`
  if (!(await brokerAnswers(address, node.running))) throw new Error(`the broker did not start:\n${await node.lastWords()}`)
  const held = opened.move()
  return {
    sasl: `localhost:${sasl}`,
    otherName: `127.0.0.1:${sasl}`,
    mutual: `localhost:${mutual}`,
    open: address,
    ca,
    otherCa,
    client,
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  }
}

type Properties = Record<string, string | number | boolean>

function nodeProperties(ports: { sasl: number; mutual: number; open: number; controller: number }): Properties {
  const { sasl, mutual, open, controller } = ports
  return {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controller}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: `SASL://127.0.0.1:${sasl},MUTUAL://127.0.0.1:${mutual},OPEN://127.0.0.1:${open},CONTROLLER://127.0.0.1:${controller}`,
    'advertised.listeners': `SASL://localhost:${sasl},MUTUAL://localhost:${mutual},OPEN://127.0.0.1:${open}`,
    'listener.security.protocol.map': 'SASL:SASL_SSL,MUTUAL:SSL,OPEN:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'inter.broker.listener.name': 'OPEN',
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'super.users': 'User:ANONYMOUS',
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 2,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 2,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
    'group.consumer.min.heartbeat.interval.ms': 500,
    'group.consumer.heartbeat.interval.ms': 500,
    'auto.create.topics.enable': false,
    'num.io.threads': 4,
    'num.network.threads': 2,
  }
}

function tlsProperties({ key, trust }: { key: string; trust: string }): Properties {
  return {
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': key,
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': trust,
    'listener.name.mutual.ssl.client.auth': 'required',
  }
}

function saslProperties(users: readonly string[]): Properties {
  const login = 'org.apache.kafka.common.security'
  const listener = 'listener.name.sasl'
  const plainUsers = users.map((user) => `user_${user}="${passwordOf(user)}"`).join(' ')
  const unsigned = `${login}.oauthbearer.internals.unsecured.OAuthBearerUnsecuredValidatorCallbackHandler`
  return {
    [`${listener}.sasl.enabled.mechanisms`]: 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER',
    [`${listener}.plain.sasl.jaas.config`]: `${login}.plain.PlainLoginModule required ${plainUsers};`,
    [`${listener}.scram-sha-256.sasl.jaas.config`]: `${login}.scram.ScramLoginModule required;`,
    [`${listener}.scram-sha-512.sasl.jaas.config`]: `${login}.scram.ScramLoginModule required;`,
    [`${listener}.oauthbearer.sasl.jaas.config`]: `${login}.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="broker";`,
    [`${listener}.oauthbearer.sasl.server.callback.handler.class`]: unsigned,
    // Whoever stays connected must log in again; kafkajs does so 10 s before it must, and a broker refuses it within a second.
    'connections.max.reauth.ms': 11_500,
  }
}
