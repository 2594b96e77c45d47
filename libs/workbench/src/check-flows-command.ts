import { runCheckFlows } from './check-flows.ts'
import { terminal } from './command-tools.ts'

process.exitCode = await runCheckFlows(process.argv.slice(2), process.env, terminal)
