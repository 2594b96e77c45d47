import { terminal } from './command-tools.ts'
import { openLiveHttp } from './live-http.ts'
import { runTry } from './try.ts'

process.exitCode = await runTry(process.argv.slice(2), {
  ...terminal,
  env: process.env,
  now: Date.now,
  openHttp: () => openLiveHttp(process.env),
})
