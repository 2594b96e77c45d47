export { runCheckFlows } from './check-flows.ts'
export type { CommandTools } from './command-tools.ts'
export { runTry, type TryTools } from './try.ts'
