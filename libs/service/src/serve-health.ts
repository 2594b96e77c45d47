import type { ServiceContext } from './lifecycle.ts'
import { openServer } from './server.ts'

/** Health and metrics of a service without an API, on HEALTH_PORT from now until disposed; nothing when that is not set. */
export async function serveHealth(context: ServiceContext): Promise<AsyncDisposable> {
  const { config, logger, health, metrics } = context
  if (config.healthPort === null) return { [Symbol.asyncDispose]: async () => undefined }
  const server = await openServer({ host: config.host, port: config.healthPort, logger, health, metrics })
  try {
    const url = await server.listen()
    logger.info({ url }, 'health and metrics')
    return server
  } catch (thrown) {
    await server.close()
    throw thrown
  }
}
