import { type DestinationStream, type Logger, pino, stdTimeFunctions } from 'pino'
import type { Config } from './config.ts'

export type { Logger } from 'pino'

const secretHeaders = ['authorization', 'proxy-authorization', 'cookie', '["set-cookie"]', '["x-api-key"]']
const secretFields = ['api_key', 'apiKey', 'password', 'authorization']

/** JSON lines on standard output (or `destination`); credentials that slip into a line are blanked. */
export function createLogger(config: Pick<Config, 'logLevel'>, name: string, destination?: DestinationStream): Logger {
  const headerPaths = secretHeaders.flatMap((header) =>
    ['headers', 'req.headers', 'request.headers'].map((place) => join(place, header)),
  )
  const fieldPaths = secretFields.flatMap((field) => [field, `*.${field}`])
  const options = {
    name,
    level: config.logLevel,
    timestamp: stdTimeFunctions.isoTime,
    redact: { paths: [...headerPaths, ...fieldPaths, 'query.api_key', 'req.query.api_key'], censor: '***' },
  }
  return destination ? pino(options, destination) : pino(options)
}

function join(place: string, name: string): string {
  return name.startsWith('[') ? `${place}${name}` : `${place}.${name}`
}
