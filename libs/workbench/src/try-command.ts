import { openHttpCaller } from '@leadline/http'
import { terminal } from './command-tools.ts'
import { runTry } from './try.ts'

const networks = (process.env['ALLOW_PRIVATE_DESTINATIONS'] ?? '').split(',').filter((network) => network !== '')

process.exitCode = await runTry(process.argv.slice(2), {
  ...terminal,
  env: process.env,
  now: Date.now,
  openHttp: () =>
    openHttpCaller({
      allowLoopback: networks.flatMap((network) => (network === 'loopback' ? ['127.0.0.0/8', '::1'] : [network])),
      now: Date.now,
    }),
})
