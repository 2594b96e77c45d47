import { fileURLToPath } from 'node:url'
import { runService } from '@leadline/service'
import { openPartnerThread } from '../../../examples/01-demo/partner-thread.ts'
import { runDemo } from './run-demo.ts'
import { startStandalone } from './start-standalone.ts'

const demo = !process.env['LEADLINE_FLOWS']
const leadsFile = fileURLToPath(new URL('../../../examples/01-demo/leads.jsonl', import.meta.url))

// The demo's partner is on this machine, and its log would stand between the lines of the table.
const env = demo ? { LOG_LEVEL: 'error', ALLOW_PRIVATE_DESTINATIONS: 'loopback', ...process.env } : process.env

await runService(
  'standalone',
  async (context) => {
    await using opened = new AsyncDisposableStack()
    const partner = demo ? await openPartnerThread() : undefined
    if (partner !== undefined) opened.defer(() => partner.close())
    const flowEnv = { ...process.env, ...(partner !== undefined && { PARTNER_URL: partner.url }) }
    const { url, store } = opened.use(await startStandalone(context, flowEnv))
    const write = (text: string): void => void process.stdout.write(text)
    write(`leadline serves on ${url}\n`)
    if (demo) {
      const ending = new AbortController()
      const feeding = runDemo({ url, store, leadsFile, signal: AbortSignal.any([ending.signal, context.signal]), write }).catch(
        (error) => context.logger.error({ error }, 'the demo ended early'),
      )
      opened.defer(async () => {
        ending.abort()
        await feeding
      })
    }
    return opened.move()
  },
  Object.assign(Object.create(process), { env }),
)
